import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { capitalized } from './format.ts';

type PartState<T> =
  | { readonly state: 'loading'; readonly slow: boolean }
  | { readonly state: 'ready'; readonly data: T }
  | { readonly state: 'failed'; readonly error: Error };

/** Milliseconds after which a part says that it takes longer than usual. */
const slowAfter = 3000;

/**
 * Loads one part of a page by itself.
 * @param first gives the first request, which may be under way already
 * @param load sends a new request, for a retry
 */
export function usePart<T>(first: () => Promise<T>, load: () => Promise<T>): [PartState<T>, () => void] {
  const [part, setPart] = useState<PartState<T>>({ state: 'loading', slow: false });
  const current = useRef<Promise<T>>(undefined);

  function follow(promise: Promise<T>): void {
    current.current = promise;
    setPart({ state: 'loading', slow: false });
    const isCurrent = () => current.current === promise;
    const timer = setTimeout(() => isCurrent() && setPart({ state: 'loading', slow: true }), slowAfter);
    promise
      .then(
        (data) => isCurrent() && setPart({ state: 'ready', data }),
        (error: Error) => isCurrent() && setPart({ state: 'failed', error }),
      )
      .finally(() => clearTimeout(timer));
  }

  useEffect(() => {
    follow(first());
    return () => {
      current.current = undefined;
    };
  }, []);
  return [part, () => follow(load())];
}

interface PartProps<T> {
  readonly name: string;
  readonly part: PartState<T>;
  readonly retry: () => void;
  /** Has the size of the content, so that nothing moves when the content arrives. */
  readonly placeholder: ComponentChildren;
  readonly children: (data: T) => ComponentChildren;
}

/** Shows one part: its placeholder, its content, or its own error with a way to try again. */
export function Part<T>({ name, part, retry, placeholder, children }: PartProps<T>) {
  const slowly = `The ${name} take longer than usual …`;
  return (
    <div class="part" data-part={name} data-state={part.state} aria-busy={part.state === 'loading'}>
      {part.state === 'ready' ? (
        children(part.data)
      ) : (
        <>
          <div class="placeholder" aria-hidden="true">
            {placeholder}
          </div>
          {part.state === 'failed' ? (
            <div class="part-message" role="alert">
              <p>
                <strong>The {name} did not load.</strong> {sentence(part.error.message)}
              </p>
              <button type="button" onClick={retry}>
                Retry
              </button>
            </div>
          ) : (
            <>
              <p class="hidden" role="status">
                {part.slow ? slowly : `Loading the ${name} …`}
              </p>
              {part.slow && (
                <p class="part-message" aria-hidden="true">
                  {slowly}
                </p>
              )}
            </>
          )}
        </>
      )}
    </div>
  );
}

export function sentence(text: string): string {
  const upper = capitalized(text);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}
