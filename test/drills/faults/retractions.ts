import type { Item } from '../../../data/dynamodb/errors.ts';
import type { Answer, Caller } from './caller.ts';

/** Files of prices whose retraction was sent, each with the time of the request once an answer has told it. */
export type Retractions = Map<string, string | undefined>;

const taken: readonly unknown[] = ['retracting', 'retracted'];

/** Files that are taken back, each by one caller. */
export class RetractionsModel {
  readonly #caller: Caller;
  readonly #sent: Retractions;
  readonly #commit: () => Promise<string>;
  /** A file whose retraction may not have been done. */
  #unsure: string | undefined;

  /** @param commit makes a file that can be retracted */
  constructor(caller: Caller, sent: Retractions, commit: () => Promise<string>) {
    this.#caller = caller;
    this.#sent = sent;
    this.#commit = commit;
  }

  /** Once it was answered it stays, and repeating it is no second one; without an answer it may have been done. */
  async retract(): Promise<void> {
    const id = this.#unsure ?? (await this.#commit());
    const url = `/api/v1/ingests/${id}`;
    if (!this.#sent.has(id)) this.#sent.set(id, undefined);
    const answer = await this.#caller.send('DELETE', url);
    this.#caller.check(answer, [202, 503].includes(answer.statusCode), 'but its rows count');
    const isDone = answer.statusCode === 202;
    this.#unsure = isDone ? undefined : id;
    if (isDone) this.#isTaken(id, answer);
    const read = await this.#caller.insist('GET', url);
    const { state } = read.json();
    // What was read of an unanswered one holds from then on as if it had been answered.
    if (isDone || state !== 'committed') this.#isTaken(id, read);
    if (!isDone) return;
    const again = await this.#caller.insist('DELETE', url);
    this.#caller.check(again, again.statusCode === 202, 'but it may be repeated');
    this.#isTaken(id, again);
  }

  #isTaken(id: string, answer: Answer): void {
    const { state, retraction_requested_at: at } = answer.json();
    const first = this.#sent.get(id) ?? at;
    this.#caller.check(answer, taken.includes(state), 'but its retraction was taken');
    this.#caller.check(answer, at !== undefined && at === first, `but it was taken at ${first}`);
    this.#sent.set(id, first);
  }
}

/** What the ledger holds when all is over and was not answered so. */
export function wrongRetractions(sent: Retractions, files: readonly Item[]): string[] {
  const found = new Map(files.map((item) => [item.id?.S, item]));
  return [...sent].flatMap(([id, at]) => {
    const { state, retraction_requested_at } = found.get(id) ?? {};
    const isTaken = taken.includes(state?.S) && retraction_requested_at?.S === at;
    const isRight = at === undefined ? [...taken, 'committed'].includes(state?.S) : isTaken;
    return isRight
      ? []
      : [`ingests: ${id} is ${state?.S}, its retraction was taken at ${at ?? 'no known time'}`];
  });
}
