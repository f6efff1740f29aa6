import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The prices of a lane between two ports in a month: the ports as numbers, the days as `encodeDays` writes them. */
export interface LaneMonth {
  readonly month: number;
  readonly from: number;
  readonly to: number;
  readonly days: string;
}

const pieceLength = 65_536;
let opened = 0;

/**
 * Lines of text that are written once and read any number of times. The first ones stay in memory; the rest goes to a
 * temporary file, which is unlinked at once, so that the kernel frees it even when this process is killed.
 */
export class TextFile {
  readonly #memory: Buffer[] = [];
  readonly #memoryLength: number;
  #inMemory = 0;
  #open = '';
  #file: number | undefined;
  #end = 0;

  constructor(memoryLength: number) {
    this.#memoryLength = memoryLength;
  }

  /** @param line ASCII, without its line feed */
  add(line: string): void {
    this.#open += `${line}\n`;
    if (this.#open.length >= pieceLength) this.#close();
  }

  /** A text that was put together from lines is a tree of them, of many times its length, until somebody reads it. */
  #close(): void {
    const bytes = Buffer.from(this.#open, 'latin1');
    if (this.#inMemory + bytes.length <= this.#memoryLength) {
      this.#memory.push(bytes);
      this.#inMemory += bytes.length;
    } else {
      this.#file ??= openUnnamed();
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(this.#file, bytes, written, bytes.length - written, this.#end + written);
      }
      this.#end += bytes.length;
    }
    this.#open = '';
  }

  /** Pieces of whole lines, each line with its line feed. */
  *pieces(): Generator<string> {
    for (const bytes of this.#memory) yield bytes.toString('latin1');
    const buffer = Buffer.allocUnsafe(pieceLength);
    let rest = '';
    for (let offset = 0; offset < this.#end; ) {
      const got = readSync(this.#file as number, buffer, 0, pieceLength, offset);
      if (got === 0) throw new Error('the temporary file of lanes is shorter than what was written to it');
      offset += got;
      const text = rest + buffer.toString('latin1', 0, got);
      const whole = text.lastIndexOf('\n') + 1;
      if (whole > 0) yield text.slice(0, whole);
      rest = text.slice(whole);
    }
    if (this.#open !== '') yield this.#open;
  }

  *lines(): Generator<string> {
    for (const piece of this.pieces()) {
      for (let start = 0; start < piece.length; ) {
        const end = piece.indexOf('\n', start);
        yield piece.slice(start, end);
        start = end + 1;
      }
    }
  }

  dispose(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

export function openUnnamed(): number {
  const path = join(tmpdir(), `trellis-lanes-${process.pid}-${opened++}-${Date.now()}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}
