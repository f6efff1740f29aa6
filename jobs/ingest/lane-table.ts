/** The days in a lane's row: as many as the longest month has. */
const days = 31;

/**
 * Counts and sums per lane and day of one month, in one row of 380 bytes per lane. A lane is a pair of numbers below 2^24.
 * It is a hash table with open addressing: a Map of objects would take five times the memory.
 */
export class LaneTable {
  readonly #index: Int32Array;
  readonly #mask: number;
  readonly #lanes: Float64Array;
  readonly counts: Uint32Array;
  readonly sums: Float64Array;
  readonly #capacity: number;
  size = 0;

  /** @param capacity the number of lanes that fit */
  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.#capacity = capacity;
    this.#index = new Int32Array(slots).fill(-1);
    this.#mask = slots - 1;
    this.#lanes = new Float64Array(capacity);
    this.counts = new Uint32Array(capacity * days);
    this.sums = new Float64Array(capacity * days);
  }

  /** @returns false when the table is full, or the sum would no longer be exact: empty it and try again. */
  add(from: number, to: number, dayOfMonth: number, count: number, sum: number): boolean {
    const lane = from * 2 ** 24 + to;
    let slot = (Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & this.#mask;
    let row = this.#index[slot] as number;
    while (row >= 0 && this.#lanes[row] !== lane) {
      slot = (slot + 1) & this.#mask;
      row = this.#index[slot] as number;
    }
    if (row < 0) {
      if (this.size === this.#capacity) return false;
      row = this.size++;
      this.#lanes[row] = lane;
      this.#index[slot] = row;
    }
    const cell = row * days + dayOfMonth - 1;
    const total = (this.sums[cell] as number) + sum;
    if (total > Number.MAX_SAFE_INTEGER) return false;
    this.sums[cell] = total;
    this.counts[cell] = (this.counts[cell] as number) + count;
    return true;
  }

  from(row: number): number {
    return Math.floor((this.#lanes[row] as number) / 2 ** 24);
  }

  to(row: number): number {
    return (this.#lanes[row] as number) % 2 ** 24;
  }

  /** The index of a row's first day in `counts` and `sums`; the row's month is the 31 cells from there. */
  static cells(row: number): number {
    return row * days;
  }

  static readonly days = days;

  clear(): void {
    this.#index.fill(-1);
    this.counts.fill(0, 0, this.size * days);
    this.sums.fill(0, 0, this.size * days);
    this.size = 0;
  }
}
