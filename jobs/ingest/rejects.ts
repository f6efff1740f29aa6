import type { Reject } from './bad-file.ts';

/** Characters of a value and of a raw row that a reject keeps: enough to find the row, little enough for the memory. */
const valueLength = 200;
const rawLength = 500;
/** Bytes of the rejects file. The laptop's bucket takes at most 11 MiB in one piece. */
const maxBytes = 8 * 2 ** 20;

/** Counts the rows of a file, and keeps the first ones that were rejected. */
export class RowReport {
  readonly #limit: number;
  /** The rejects as JSON, one per line. */
  readonly #lines: string[] = [];
  #bytes = 0;
  #first: Reject | undefined;
  accepted = 0;
  rejected = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Begins again, for a file that is read once more. */
  clear(): void {
    this.#lines.length = 0;
    this.#bytes = 0;
    this.#first = undefined;
    this.accepted = 0;
    this.rejected = 0;
  }

  reject(reject: Reject): void {
    this.rejected++;
    this.note(reject);
  }

  /** Keeps a fault of the file as a whole, which does not count as a row. */
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
    // After the first reject that does not fit, shorter ones are left out too: the rejects file must have no gaps.
    if (this.#bytes <= maxBytes) this.#lines.push(text);
  }

  get first(): Reject | undefined {
    return this.#first;
  }

  get counts() {
    const { accepted, rejected } = this;
    return { rows_read: accepted + rejected, rows_accepted: accepted, rows_rejected: rejected };
  }

  /** The content of the rejects file: one JSON object per line. */
  ndjson(): string {
    return this.#lines.join('');
  }
}

/** Shortens a text. A cut may leave half a surrogate pair, which readers of JSON refuse, so that is replaced. */
export function cut(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}
