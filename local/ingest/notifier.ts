import type { BusEvent } from '../aws/services.ts';

/** Milliseconds within which the receiver must answer. */
const limit = 5000;

/**
 * Notifies people of events of the bus. `TRELLIS_NOTIFY_URL` gets a POST, of which Slack and similar services show the
 * `text`; without that variable the text is printed.
 * @returns a function that throws when the receiver answers with an error, so that the state machine tries again.
 */
export function createNotifier(url: string | undefined, show: (line: string) => void) {
  return async ({ Source, DetailType, Detail }: BusEvent): Promise<void> => {
    const text = String(Detail.message);
    if (!url) return show(text);
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, source: Source, detail_type: DetailType, detail: Detail }),
      signal: AbortSignal.timeout(limit),
    });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  };
}
