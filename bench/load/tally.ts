import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Longest latency that is recorded, in microseconds: an hour. */
const longest = 3_600_000_000;

/** Counts answers and errors over a time: the whole run, a phase, or since the last line of progress. */
export class Tally {
  #started = performance.now();
  #ended: number | undefined;
  /** Requests that were answered or failed; by the step of the scenario. */
  readonly steps = new Map<string, number>();
  /** Counts of errors, by `step: kind`; empty when all answers were as expected. */
  readonly errors = new Map<string, number>();
  /** Counts of answers by server, when the answers name it (`x-served-by`). */
  readonly servers = new Map<string, number>();
  /** Latency of answers in microseconds, from the moment at which the request was due. */
  readonly #latency: RecordableHistogram = createHistogram({ lowest: 1, highest: longest, figures: 3 });

  answered(step: string, milliseconds: number, server: string | undefined): void {
    add(this.steps, step);
    this.#latency.record(Math.max(1, Math.round(milliseconds * 1000)));
    if (server !== undefined) add(this.servers, server);
  }

  /** Counts a request that got no answer or a wrong one; for a wrong one `answered` is called too. */
  failed(step: string, kind: string): void {
    add(this.errors, `${step}: ${kind}`);
  }

  get requests(): number {
    return sum(this.steps);
  }

  get failures(): number {
    return sum(this.errors);
  }

  /** Seconds that the tally has counted so far. */
  get seconds(): number {
    return ((this.#ended ?? performance.now()) - this.#started) / 1000;
  }

  /** Sets the start of the time to now. */
  start(): void {
    this.#started = performance.now();
  }

  end(): void {
    this.#ended = performance.now();
  }

  /** Latency in milliseconds that `percent` of the answers did not exceed; 0 without answers. */
  percentile(percent: number): number {
    return this.#latency.count === 0 ? 0 : this.#latency.percentile(percent) / 1000;
  }

  get slowest(): number {
    return this.#latency.count === 0 ? 0 : this.#latency.max / 1000;
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
