import { createHash, type Hash } from 'node:crypto';
import { monthText, parseDay } from '../../data/rates/calendar.ts';
import type { LaneMonth } from './lane-file.ts';
import { portCode, portNumber } from './port-code.ts';

/**
 * The text of a rollup object, which is stored with gzip:
 *
 * ```
 * trellis-rollup 1
 * =2021-01
 * CNGGZEETLL   3:1njchs
 * .1 <SHA-256 of all lines before this one>
 * ```
 *
 * Lanes come in the order of month, origin and destination. The last line has their number and the checksum.
 */
const header = 'trellis-rollup 1';

/** @returns pieces of the text; each ends with a line feed */
export function* rollupText(lanes: Iterable<LaneMonth>, pieceLength = 65_536): Generator<string> {
  const hash = createHash('sha256');
  let piece = `${header}\n`;
  let month: number | undefined;
  let count = 0;
  for (const lane of lanes) {
    if (lane.month !== month) {
      month = lane.month;
      piece += `=${monthText(month)}\n`;
    }
    piece += `${portCode(lane.from)}${portCode(lane.to)}${lane.days}\n`;
    count++;
    if (piece.length < pieceLength) continue;
    hash.update(piece);
    yield piece;
    piece = '';
  }
  hash.update(piece);
  yield `${piece}.${count} ${hash.digest('hex')}\n`;
}

/** Reads the lines of a rollup object one by one. */
export class RollupReader {
  readonly #hash: Hash = createHash('sha256');
  #lines = 0;
  #lanes = 0;
  #month = 0;
  #isComplete = false;

  /** @returns the line's lane; undefined for other lines */
  line(line: string): LaneMonth | undefined {
    if (this.#isComplete) throw new DamagedRollup('it goes on behind its end');
    if (line.startsWith('.')) return this.#end(line);
    this.#hash.update(line).update('\n');
    if (this.#lines++ === 0) {
      if (line !== header) throw new DamagedRollup('its first line is not that of a rollup');
      return undefined;
    }
    if (line.startsWith('=')) {
      const month = parseDay(`${line.slice(1)}-01`)?.month;
      if (month === undefined) throw new DamagedRollup('it names no month');
      this.#month = month;
      return undefined;
    }
    this.#lanes++;
    const [from, to] = [portNumber(line.slice(0, 5)), portNumber(line.slice(5, 10))];
    if (from < 0 || to < 0) throw new DamagedRollup('it has a lane without ports');
    return { month: this.#month, from, to, days: line.slice(10) };
  }

  #end(line: string): undefined {
    if (line !== `.${this.#lanes} ${this.#hash.digest('hex')}`)
      throw new DamagedRollup('its checksum differs');
    this.#isComplete = true;
  }

  /** @throws DamagedRollup when the text has no end */
  finish(): void {
    if (!this.#isComplete) throw new DamagedRollup('its end is missing');
  }
}

export class DamagedRollup extends Error {
  override readonly name = 'DamagedRollup';
  constructor(what: string) {
    super(`the rollup object is damaged: ${what}`);
  }
}
