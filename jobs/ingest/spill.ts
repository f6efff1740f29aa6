import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A row is 16 bytes: the price as a double, origin and day of the month in one number, the destination in another. */
const rowBytes = 16;
const rowsInChunk = 512;
const chunkBytes = rowsInChunk * rowBytes;

/** Some rows; each field of theirs is asked for by the row's number. */
export class Rows {
  readonly bytes = new Uint8Array(chunkBytes);
  readonly #units = new Float64Array(this.bytes.buffer);
  readonly #ports = new Uint32Array(this.bytes.buffer);
  rows = 0;

  push(dayOfMonth: number, orig: number, dest: number, units: number): void {
    const row = this.rows++;
    this.#units[row * 2] = units;
    this.#ports[row * 4 + 2] = orig * 32 + dayOfMonth;
    this.#ports[row * 4 + 3] = dest;
  }

  dayOfMonth(row: number): number {
    return (this.#ports[row * 4 + 2] as number) % 32;
  }

  orig(row: number): number {
    return (this.#ports[row * 4 + 2] as number) >>> 5;
  }

  dest(row: number): number {
    return this.#ports[row * 4 + 3] as number;
  }

  /** Price in ten-thousandths. */
  units(row: number): number {
    return this.#units[row * 2] as number;
  }
}

interface Month {
  open: Rows;
  /** Full chunks, and where those are that the file took. */
  readonly full: Rows[];
  readonly offsets: number[];
}

/**
 * The accepted rows of a file, apart by month and in the order they came in. The first few megabytes stay in memory;
 * what is more goes to a temporary file (in `TMPDIR`, 16 bytes a row), which has no name, so that nothing of it is
 * left whatever becomes of this process.
 */
export class Spill {
  readonly #months = new Map<number, Month>();
  readonly #memoryBytes: number;
  #inMemory = 0;
  #file: number | undefined;
  #end = 0;

  constructor(memoryBytes: number) {
    this.#memoryBytes = memoryBytes;
  }

  add(month: number, dayOfMonth: number, orig: number, dest: number, units: number): void {
    let rows = this.#months.get(month);
    if (!rows) {
      rows = { open: new Rows(), full: [], offsets: [] };
      this.#months.set(month, rows);
    }
    rows.open.push(dayOfMonth, orig, dest, units);
    if (rows.open.rows === rowsInChunk) this.#close(rows);
  }

  #close(rows: Month): void {
    if (this.#inMemory < this.#memoryBytes) {
      this.#inMemory += chunkBytes;
      rows.full.push(rows.open);
      rows.open = new Rows();
      return;
    }
    this.#file ??= openUnnamed();
    for (let written = 0; written < chunkBytes; ) {
      written += writeSync(this.#file, rows.open.bytes, written, chunkBytes - written, this.#end + written);
    }
    rows.offsets.push(this.#end);
    this.#end += chunkBytes;
    rows.open.rows = 0;
  }

  /** Ascending. */
  get months(): number[] {
    return [...this.#months.keys()].sort((a, b) => a - b);
  }

  /** The rows of a month; may be read again. A chunk is good until the next one is asked for. */
  *read(month: number): Generator<Rows> {
    const rows = this.#months.get(month);
    if (!rows) return;
    yield* rows.full;
    const buffer = new Rows();
    buffer.rows = rowsInChunk;
    for (const offset of rows.offsets) {
      for (let read = 0; read < chunkBytes; ) {
        const got = readSync(this.#file as number, buffer.bytes, read, chunkBytes - read, offset + read);
        if (got === 0) throw new Error('the temporary file of rows is shorter than what was written to it');
        read += got;
      }
      yield buffer;
    }
    yield rows.open;
  }

  dispose(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#months.clear();
  }
}

function openUnnamed(): number {
  const path = join(tmpdir(), `trellis-ingest-${process.pid}-${Date.now()}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}
