import type { Reject } from './bad-file.ts';

/** Characters of a value and of a raw row that a reject keeps: enough to find it, too little to fill the memory. */
const valueLength = 200;
const rawLength = 500;
/** Bytes of the rejects file: characters may take several, and the laptop's bucket takes 11 MiB in one piece. */
const maxBytes = 8 * 2 ** 20;

/** Counts the rows of a file, and keeps the first of those that were refused. */
export class RowReport {
  readonly #limit: number;
  /** One JSON object each. */
  readonly #lines: string[] = [];
  #bytes = 0;
  #first: Reject | undefined;
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
    if (this.#lines.length >= this.#limit || this.#bytes >= maxBytes) return;
    const reject = {
      line,
      column: typeof column === 'string' ? cut(column, valueLength) : column,
      code,
      value: cut(value, valueLength),
      raw: cut(raw, rawLength),
    };
    const text = `${JSON.stringify(reject)}\n`;
    this.#first ??= reject;
    this.#bytes += Buffer.byteLength(text);
    // Once one does not fit, none does: the file has the first ones, without gaps.
    if (this.#bytes <= maxBytes) this.#lines.push(text);
  }

  get first(): Reject | undefined {
    return this.#first;
  }

  get counts() {
    const { accepted, rejected } = this;
    return { rows_read: accepted + rejected, rows_accepted: accepted, rows_rejected: rejected };
  }

  /** One JSON object a line. */
  ndjson(): string {
    return this.#lines.join('');
  }
}

/** Half a surrogate pair, which a cut may leave, is no text to those who read it. */
export function cut(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}
