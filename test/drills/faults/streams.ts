import { randomUUID } from 'node:crypto';
import { defaultStreamLimit } from '../../../app/streams/limit.ts';
import { type Caller, lateness } from './caller.ts';

/** The streams of one viewer, of whom one caller alone knows. */
export class StreamsModel {
  readonly #caller: Caller;
  readonly #headers: Record<string, string>;
  /** When each lease ends at the earliest. */
  readonly #held = new Map<string, number>();
  /** Those that may be held or not, and until when a start that was answered 503 may still come. */
  readonly #unsure = new Map<string, number>();

  constructor(caller: Caller, viewer: string) {
    this.#caller = caller;
    this.#headers = { 'x-viewer-id': viewer };
  }

  async start(): Promise<void> {
    const stream_id = randomUUID();
    const url = this.#caller.pick(['/api/v1/stream', '/api/v1/streams']);
    const answer = await this.#caller.send('POST', url, { payload: { stream_id }, headers: this.#headers });
    if (answer.statusCode === 503) this.#unsure.set(stream_id, Date.now() + lateness);
    else if (answer.statusCode === 409) {
      const most = this.#held.size + this.#unsure.size;
      this.#caller.check(answer, most >= defaultStreamLimit, `but at most ${most} streams are held`);
    } else {
      const isAllowed = this.#held.size < defaultStreamLimit;
      this.#caller.check(answer, isAllowed, `above the limit: ${[...this.#held.keys()]} are held`);
      this.#held.set(stream_id, Date.parse(answer.json().expires_at));
    }
  }

  async keep(): Promise<void> {
    const id = this.#caller.pick([...this.#held.keys()]);
    if (id === undefined) return;
    const answer = await this.#caller.send('PUT', `/api/v1/streams/${id}`, { headers: this.#headers });
    if (answer.statusCode === 503) return;
    this.#caller.check(answer, answer.statusCode === 200, 'but the stream is held');
    if (answer.statusCode === 200) this.#held.set(id, Date.parse(answer.json().expires_at));
  }

  async stop(): Promise<void> {
    const id = this.#caller.pick([...this.#unsure.keys(), ...this.#held.keys()]);
    if (id === undefined) return;
    const answer = await this.#caller.insist('DELETE', `/api/v1/streams/${id}`, { headers: this.#headers });
    this.#caller.check(answer, answer.statusCode === 204, 'is no answer to a release');
    this.#held.delete(id);
    this.#forgetLate();
  }

  async list(): Promise<void> {
    const answer = await this.#caller.send('GET', '/api/v1/streams', { headers: this.#headers });
    if (answer.statusCode !== 200) return;
    const items = answer.json().items as { stream_id: string; expires_at: string }[];
    const ends = new Map(items.map(({ stream_id, expires_at }) => [stream_id, Date.parse(expires_at)]));
    this.#caller.check(answer, ends.size <= defaultStreamLimit, 'are more than the limit');
    const kept = [...this.#held].every(([id, end]) => (ends.get(id) ?? 0) >= end);
    this.#caller.check(answer, kept, `lacks or shortens one of ${JSON.stringify([...this.#held])}`);
    const known = [...ends.keys()].every((id) => this.#held.has(id) || this.#unsure.has(id));
    this.#caller.check(answer, known, 'has a stream that was never started, or was released');
    for (const [id, end] of ends) this.#held.set(id, end);
    this.#forgetLate();
  }

  #forgetLate(): void {
    for (const [id, until] of this.#unsure) if (until <= Date.now()) this.#unsure.delete(id);
  }
}
