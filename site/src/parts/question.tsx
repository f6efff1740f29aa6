import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface QuestionProps {
  readonly title: string;
  /** The label of the button that carries it out. */
  readonly answer: string;
  /** Whether what it does takes something away. */
  readonly isDangerous?: boolean;
  /** Called when it is cancelled, and once it is carried out. */
  readonly close: () => void;
  /** @throws Error whose message is shown; the question stays open then. */
  readonly carryOut: (signal: AbortSignal) => Promise<void>;
  readonly children: ComponentChildren;
}

/** Asks before something is done: a modal dialog, which Escape and Cancel close without doing it. */
export function Question({ title, answer, isDangerous, close, carryOut, children }: QuestionProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  const [abort] = useState(() => new AbortController());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  useEffect(() => {
    dialog.current?.showModal();
    // Where nothing is lost: Enter on a question that has just opened must not carry it out.
    cancel.current?.focus();
    return () => abort.abort();
  }, [abort]);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await carryOut(abort.signal);
      close();
    } catch (failure) {
      setBusy(false);
      setError((failure as Error).message);
    }
  }

  return (
    <dialog
      ref={dialog}
      class="question"
      aria-labelledby="question-title"
      aria-describedby="question-text"
      onClose={close}
    >
      <form onSubmit={submit}>
        <h2 id="question-title">{title}</h2>
        <div id="question-text">{children}</div>
        <p class="field-error" role="alert">
          {error ?? ''}
        </p>
        <div class="field">
          <button type="button" ref={cancel} onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class={isDangerous ? 'danger' : 'primary'} disabled={busy}>
            {answer}
          </button>
        </div>
      </form>
    </dialog>
  );
}
