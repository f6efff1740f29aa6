import type { Reject } from './bad-file.ts';

/** Characters of a value and of a raw row that a reject keeps: enough to find it, too little to fill the memory. */
const valueLength = 200;
const rawLength = 500;

/** Counts the rows of a file, and keeps the first of those that were refused. */
export class RowReport {
  readonly #limit: number;
  readonly #kept: Reject[] = [];
  accepted = 0;
  rejected = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  reject(reject: Reject): void {
    this.rejected++;
    this.note(reject);
  }

  /** Keeps what is wrong with the file as a whole, which is no row. */
  note({ line, column, code, value, raw }: Reject): void {
    if (this.#kept.length >= this.#limit) return;
    this.#kept.push({
      line,
      column: typeof column === 'string' ? column.slice(0, valueLength) : column,
      code,
      value: value.slice(0, valueLength),
      raw: raw.slice(0, rawLength),
    });
  }

  get first(): Reject | undefined {
    return this.#kept[0];
  }

  get counts() {
    const { accepted, rejected } = this;
    return { rows_read: accepted + rejected, rows_accepted: accepted, rows_rejected: rejected };
  }

  /** One JSON object a line. */
  ndjson(): string {
    return this.#kept.map((reject) => `${JSON.stringify(reject)}\n`).join('');
  }
}
