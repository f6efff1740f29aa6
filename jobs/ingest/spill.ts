import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A row takes 16 bytes: the price as a double, the origin and the day of the month in one number, and the destination. */
const rowBytes = 16;
const rowsInChunk = 512;
const chunkBytes = rowsInChunk * rowBytes;

/** A chunk of rows. Each field is read by the number of the row. */
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
  /** Full chunks in memory, and the offsets of those in the file. */
  readonly full: Rows[];
  readonly offsets: number[];
}

/**
 * The accepted rows of a file, separated by month, in the file's order. The first few megabytes stay in memory; the rest
 * goes to a temporary file (in `TMPDIR`, 16 bytes per row). The file is unlinked at once, so the kernel frees it even when
 * this process is killed.
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

  /** The months that have rows, ascending. */
  get months(): number[] {
    return [...this.#months.keys()].sort((a, b) => a - b);
  }

  /** The rows of a month; they may be read several times. A chunk is overwritten when the next one is read. */
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
