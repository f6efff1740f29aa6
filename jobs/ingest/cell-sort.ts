import { closeSync, readSync, writeSync } from 'node:fs';
import { openUnnamed } from './lane-file.ts';

/** The prices of one day under a key that says where they belong. */
export interface Cell {
  /** A whole number below 2^53. */
  readonly key: number;
  readonly count: number;
  readonly sum: number;
}

const fields = 3;
/** Cells that are read at a time from each sorted run. */
const readAhead = 2048;

/**
 * Puts cells in the order of their keys. Those that do not fit in memory are sorted piece by piece on disk (24 bytes a cell,
 * in `TMPDIR`) and merged from there. Cells of the same key come one after another, in any order.
 */
export class CellSort {
  readonly #cells: Float64Array;
  #size = 0;
  #file: number | undefined;
  #end = 0;
  readonly #runs: { readonly start: number; readonly end: number }[] = [];

  /** @param capacity cells in memory */
  constructor(capacity: number) {
    this.#cells = new Float64Array(capacity * fields);
  }

  add(key: number, count: number, sum: number): void {
    if (this.#size * fields === this.#cells.length) this.#toDisk();
    const at = this.#size++ * fields;
    this.#cells[at] = key;
    this.#cells[at + 1] = count;
    this.#cells[at + 2] = sum;
  }

  #order(): Uint32Array {
    const cells = this.#cells;
    const order = new Uint32Array(this.#size).map((_, i) => i);
    return order.sort((a, b) => (cells[a * fields] as number) - (cells[b * fields] as number));
  }

  #toDisk(): void {
    this.#file ??= openUnnamed();
    const start = this.#end;
    const piece = new Float64Array(readAhead * fields);
    let filled = 0;
    const write = () => {
      const bytes = new Uint8Array(piece.buffer, 0, filled * 8);
      for (let written = 0; written < bytes.length; )
        written += writeSync(
          this.#file as number,
          bytes,
          written,
          bytes.length - written,
          this.#end + written,
        );
      this.#end += bytes.length;
      filled = 0;
    };
    for (const index of this.#order()) {
      piece.set(this.#cells.subarray(index * fields, (index + 1) * fields), filled);
      filled += fields;
      if (filled === piece.length) write();
    }
    write();
    this.#runs.push({ start, end: this.#end });
    this.#size = 0;
  }

  /** All cells, ordered. It may be called once, after the last `add`. */
  *sorted(): Generator<Cell> {
    if (this.#runs.length === 0) return yield* this.#inMemory();
    if (this.#size > 0) this.#toDisk();
    let heads = this.#runs.flatMap((run) => advance(this.#read(run)));
    while (heads.length > 0) {
      let first = heads[0] as Head;
      for (const head of heads) if (head.cell.key < first.cell.key) first = head;
      yield first.cell;
      const next = first.rest.next();
      if (next.done) heads = heads.filter((head) => head !== first);
      else first.cell = next.value;
    }
  }

  *#inMemory(): Generator<Cell> {
    const cells = this.#cells;
    for (const index of this.#order()) {
      const at = index * fields;
      yield { key: cells[at] as number, count: cells[at + 1] as number, sum: cells[at + 2] as number };
    }
  }

  *#read({ start, end }: { start: number; end: number }): Generator<Cell> {
    const buffer = new Float64Array(readAhead * fields);
    for (let offset = start; offset < end; ) {
      const bytes = new Uint8Array(buffer.buffer, 0, Math.min(buffer.byteLength, end - offset));
      for (let read = 0; read < bytes.length; ) {
        const got = readSync(this.#file as number, bytes, read, bytes.length - read, offset + read);
        if (got === 0) throw new Error('the temporary file of cells is shorter than what was written to it');
        read += got;
      }
      offset += bytes.length;
      for (let at = 0; at < bytes.length / 8; at += fields)
        yield { key: buffer[at] as number, count: buffer[at + 1] as number, sum: buffer[at + 2] as number };
    }
  }

  dispose(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

interface Head {
  cell: Cell;
  readonly rest: Generator<Cell>;
}

function advance(rest: Generator<Cell>): Head[] {
  const { value, done } = rest.next();
  return done ? [] : [{ cell: value, rest }];
}
