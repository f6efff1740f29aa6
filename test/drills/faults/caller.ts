import { isDeepStrictEqual } from 'node:util';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { FaultyApp } from '../../support/fault-world.ts';

/** What all callers of a drill have seen. */
export interface Tally {
  requests: number;
  unavailable: number;
  /** What was answered that must not be, or does not fit what was answered before. */
  readonly wrong: string[];
  /** Operations of the OpenAPI document that were not called yet, with the requests that call them. */
  readonly uncalled: Map<string, RegExp>;
}

/**
 * Milliseconds after a 503 within which its write may still be done: what a database that hangs, or is slow, has taken
 * in before the caller gave up.
 */
export const lateness = 30_000;

/** Writes of which it is remembered that they may come late; all subsets of them are tried. */
const maxLate = 8;

/** A value as far as the answers tell: one after a write that was answered, several after a 503. */
export class Possible<T> {
  #states: readonly T[];
  #late: { readonly change: (state: T) => T; readonly of: string; readonly until: number }[] = [];

  constructor(first: T) {
    this.#states = [first];
  }

  get states(): readonly T[] {
    return this.#states;
  }

  /**
   * A write that was answered, or that may have been carried out.
   * @param of what it writes: an answer ends what may still come of the same, which was to be on condition of a state that
   * is over now
   */
  write(change: (state: T) => T, isSure: boolean, of = 'value'): void {
    const changed = this.#states.map(change);
    this.#states = distinct(isSure ? changed : [...this.#states, ...changed]);
    if (isSure) this.#late = this.#late.filter((late) => late.of !== of);
    else this.#late = [...this.#late, { change, of, until: Date.now() + lateness }].slice(-maxLate);
  }

  /** An answer that only some states explain, or what came late. @returns whether one does */
  see(explains: (state: T) => boolean): boolean {
    let reached = this.#states;
    for (const { change } of this.#late) reached = distinct([...reached, ...reached.map(change)]);
    for (const states of [this.#states, reached]) {
      const left = states.filter(explains);
      if (left.length === 0) continue;
      this.#states = left;
      // What had not come by its time does not come any more.
      const now = Date.now();
      this.#late = this.#late.filter(({ until }) => until > now);
      return true;
    }
    return false;
  }
}

function distinct<T>(states: readonly T[]): T[] {
  return states.filter((state, i) => states.findIndex((other) => isDeepStrictEqual(state, other)) === i);
}

export type Answer = LightMyRequestResponse;

/** Sends requests, to one process of the service or another, and says what must not be. */
export class Caller {
  readonly #apps: readonly FaultyApp[];
  readonly #tally: Tally;
  readonly random: () => number;

  constructor(apps: readonly FaultyApp[], tally: Tally, random: () => number) {
    this.#apps = apps;
    this.#tally = tally;
    this.random = random;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)] as T;
  }

  async send(
    method: NonNullable<InjectOptions['method']>,
    url: string,
    { payload, headers = {} }: Pick<InjectOptions, 'payload' | 'headers'> = {},
  ): Promise<Answer> {
    const request = { method, url, headers, ...(payload === undefined ? {} : { payload }) };
    const answer = await this.pick(this.#apps).call(request);
    this.#tally.requests++;
    for (const [operation, pattern] of this.#tally.uncalled)
      if (pattern.test(`${method} ${url}`)) this.#tally.uncalled.delete(operation);
    if (answer.statusCode === 503) this.#tally.unavailable++;
    const isTold = answer.statusCode !== 503 || answer.headers['retry-after'] !== undefined;
    this.check(
      answer,
      (answer.statusCode < 500 || answer.statusCode === 503) && isTold,
      'is no answer to give',
    );
    return answer;
  }

  /** Repeats a request until it is answered. */
  async insist(...request: Parameters<Caller['send']>): Promise<Answer> {
    for (;;) {
      const answer = await this.send(...request);
      if (answer.statusCode !== 503) return answer;
    }
  }

  /** Notes an answer that must not be. */
  check(answer: Answer, isRight: boolean, what: string): void {
    const { method, url } = answer.raw.req as { method?: string; url?: string };
    const at = `${method} ${url}: ${answer.statusCode} ${answer.body.slice(0, 300)}`;
    if (!isRight) this.#tally.wrong.push(`${at}: ${what}`);
  }
}
