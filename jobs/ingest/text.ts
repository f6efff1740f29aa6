import { isUtf8 } from 'node:buffer';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BadFile } from './bad-file.ts';
import type { Limits } from './limits.ts';

const newline = 10;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The file's text as chunks of valid UTF-8, unpacked when it is gzip, without a byte order mark. Lines beyond the limit
 * are refused, since readers hold a whole line in memory.
 * @throws BadFile at the first byte that is not text, with its line and column
 */
export async function* readText(
  source: Readable,
  storedBytes: number,
  limits: Limits,
): AsyncGenerator<Buffer> {
  const guard = createGuard(limits.lineBytes);
  let isStart = true;
  for await (const chunk of unpack(source, storedBytes, limits)) {
    const text = isStart && chunk.subarray(0, 3).equals(byteOrderMark) ? chunk.subarray(3) : chunk;
    isStart = false;
    const checked = guard.check(text);
    if (checked.length > 0) yield checked;
  }
  guard.end();
}

async function* unpack(source: Readable, storedBytes: number, limits: Limits): AsyncGenerator<Buffer> {
  const allowed = limits.expansionBytes + limits.expansionFactor * storedBytes;
  const [start, all] = await peek(source);
  if (!(start[0] === 0x1f && start[1] === 0x8b)) {
    yield* all;
    return;
  }
  const gunzip = createGunzip({ chunkSize: 65_536 });
  // Errors of the source reach the loop below too. Those of zlib have codes that begin with `Z_`.
  pipeline(all, gunzip, () => {});
  let expanded = 0;
  let lines = 1;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      expanded += chunk.length;
      if (expanded > allowed) {
        const message = `gzip expands to more than ${allowed} bytes`;
        throw new BadFile(message, { line: lines, code: 'gzip_bomb' });
      }
      yield chunk;
      lines += count(chunk, newline);
    }
  } catch (error) {
    if (!String((error as { code?: string }).code).startsWith('Z_')) throw error;
    throw new BadFile(`gzip is damaged: ${(error as Error).message}`, { line: lines, code: 'invalid_gzip' });
  }
}

/** The first bytes, at least 3 if there are so many, and a stream of all bytes, these included. */
async function peek(source: Readable): Promise<[Buffer, AsyncIterable<Buffer>]> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let start: Buffer = Buffer.alloc(0);
  while (start.length < 3) {
    const next = await chunks.next();
    if (next.done) break;
    start = Buffer.concat([start, next.value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    if (start.length > 0) yield start;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  return [start, all()];
}

function createGuard(lineBytes: number) {
  /** The number of complete lines before the chunk, and the bytes so far of the unfinished line. */
  let lines = 0;
  let lineLength = 0;
  /** The start of a character whose rest is in the next chunk. */
  let rest: Buffer = Buffer.alloc(0);

  function check(next: Buffer): Buffer {
    const whole = rest.length > 0 ? Buffer.concat([rest, next]) : next;
    const cut = whole.length - unfinished(whole);
    const chunk = whole.subarray(0, cut);
    rest = Buffer.from(whole.subarray(cut));
    if (chunk.includes(0)) refuse(chunk, chunk.indexOf(0), 'binary', 'a zero byte: this is not text');
    if (!isUtf8(chunk)) refuse(chunk, firstInvalid(chunk), 'invalid_utf8', 'not valid UTF-8');
    for (let i = 0; i < chunk.length; i++) {
      if (chunk[i] === newline) {
        lines++;
        lineLength = 0;
      } else if (++lineLength > lineBytes) {
        const message = `the line is longer than ${lineBytes} bytes`;
        const raw = chunk.toString('utf8', Math.max(0, i + 1 - lineLength), i + 1);
        throw new BadFile(message, { line: lines + 1, column: lineBytes + 1, code: 'line_too_long', raw });
      }
    }
    return chunk;
  }

  function end(): void {
    if (rest.length > 0) refuse(rest, 0, 'invalid_utf8', 'not valid UTF-8');
  }

  function refuse(chunk: Buffer, position: number, code: string, message: string): never {
    const before = chunk.subarray(0, position);
    const lastNewline = before.lastIndexOf(newline);
    const line = lines + 1 + count(before, newline);
    const column = lastNewline < 0 ? lineLength + position + 1 : position - lastNewline;
    const value = `0x${(chunk[position] ?? 0).toString(16).padStart(2, '0')}`;
    throw new BadFile(message, { line, column, code, value });
  }
  return { check, end };
}

/** The number of bytes, 0 to 3, at the end that begin a character which the next chunk may complete. */
function unfinished(chunk: Buffer): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back++) {
    const byte = chunk[chunk.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** The index of the first byte that makes `chunk` invalid. */
function firstInvalid(chunk: Buffer): number {
  let valid = 0;
  let invalid = chunk.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    const part = chunk.subarray(0, middle);
    if (isUtf8(part.subarray(0, part.length - unfinished(part)))) valid = middle;
    else invalid = middle;
  }
  return valid - unfinished(chunk.subarray(0, valid));
}

function count(chunk: Uint8Array, byte: number): number {
  let found = 0;
  for (let i = 0; i < chunk.length; i++) if (chunk[i] === byte) found++;
  return found;
}
