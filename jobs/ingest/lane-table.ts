/** Days in a lane's row: a month has no more. */
const days = 31;

/**
 * Counts and sums per lane and day of one month, for as many lanes as it has places, in 380 bytes each. A lane is any
 * pair of numbers below 2^24. Hash table with open addressing: a Map of objects would take five times the memory.
 */
export class LaneTable {
  readonly #index: Int32Array;
  readonly #mask: number;
  readonly #lanes: Float64Array;
  readonly counts: Uint32Array;
  readonly sums: Float64Array;
  readonly #places: number;
  size = 0;

  constructor(places: number) {
    const slots = 2 ** Math.ceil(Math.log2(places * 2));
    this.#places = places;
    this.#index = new Int32Array(slots).fill(-1);
    this.#mask = slots - 1;
    this.#lanes = new Float64Array(places);
    this.counts = new Uint32Array(places * days);
    this.sums = new Float64Array(places * days);
  }

  /** @returns false when the table is full, or the sum would no longer be exact: empty it and try again. */
  add(from: number, to: number, dayOfMonth: number, count: number, sum: number): boolean {
    const lane = from * 2 ** 24 + to;
    let slot = (Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & this.#mask;
    let place = this.#index[slot] as number;
    while (place >= 0 && this.#lanes[place] !== lane) {
      slot = (slot + 1) & this.#mask;
      place = this.#index[slot] as number;
    }
    if (place < 0) {
      if (this.size === this.#places) return false;
      place = this.size++;
      this.#lanes[place] = lane;
      this.#index[slot] = place;
    }
    const cell = place * days + dayOfMonth - 1;
    const total = (this.sums[cell] as number) + sum;
    if (total > Number.MAX_SAFE_INTEGER) return false;
    this.sums[cell] = total;
    this.counts[cell] = (this.counts[cell] as number) + count;
    return true;
  }

  from(place: number): number {
    return Math.floor((this.#lanes[place] as number) / 2 ** 24);
  }

  to(place: number): number {
    return (this.#lanes[place] as number) % 2 ** 24;
  }

  /** Where the lane's first day is in `counts` and `sums`; 31 cells from there are its month. */
  static cells(place: number): number {
    return place * days;
  }

  static readonly days = days;

  clear(): void {
    this.#index.fill(-1);
    this.counts.fill(0, 0, this.size * days);
    this.sums.fill(0, 0, this.size * days);
    this.size = 0;
  }
}
