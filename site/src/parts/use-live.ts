import { useEffect, useRef, useState } from 'preact/hooks';

export interface Live<T> {
  readonly data: T | undefined;
  readonly error: Error | undefined;
  /** Loads now instead of at the end of the period. */
  readonly refresh: () => Promise<void>;
}

/**
 * Loads again and again while the page is visible.
 * @param period milliseconds between an answer and the next request
 * @param key a change of it starts again without data; undefined means not to load
 */
export function useLive<T>(load: () => Promise<T>, period: number, key: string | undefined = ''): Live<T> {
  const [state, setState] = useState<Omit<Live<T>, 'refresh'>>({ data: undefined, error: undefined });
  const latest = useRef(load);
  latest.current = load;
  const reload = useRef(async () => {});

  useEffect(() => {
    setState({ data: undefined, error: undefined });
    if (key === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    async function loadAgain(): Promise<void> {
      clearTimeout(timer);
      try {
        const data = await latest.current();
        if (!ended) setState({ data, error: undefined });
      } catch (error) {
        if (!ended) setState(({ data }) => ({ data, error: error as Error }));
      }
      clearTimeout(timer);
      if (!ended && !document.hidden) timer = setTimeout(loadAgain, period);
    }
    const onVisible = () => void (document.hidden || loadAgain());
    reload.current = loadAgain;
    document.addEventListener('visibilitychange', onVisible);
    void loadAgain();
    return () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [period, key]);

  return { ...state, refresh: () => reload.current() };
}
