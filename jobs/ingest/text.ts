import { isUtf8 } from 'node:buffer';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BadFile } from './bad-file.ts';
import type { Limits } from './limits.ts';

const newline = 10;
/** The first chunk has at least this many bytes, if the file has: by them readers tell its format. */
const formatBytes = 64;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The file's text as chunks of valid UTF-8, unpacked when it is gzip, without a byte order mark. Lines beyond the limit
 * are refused, since readers hold a whole line in memory.
 * @throws BadFile at the first byte that is not text, with its line and column
 */
export async function* readText(
  source: AsyncIterable<Buffer>,
  storedBytes: number,
  limits: Limits,
): AsyncGenerator<Buffer> {
  const guard = createGuard(limits.lineBytes);
  const [start, all] = await peek(unpack(source, storedBytes, limits, guard), formatBytes);
  let skip = start.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  for await (const chunk of all) {
    const checked = guard.check(chunk.subarray(skip));
    skip = 0;
    if (checked.length > 0) yield checked;
  }
  guard.end();
}

async function* unpack(
  source: AsyncIterable<Buffer>,
  storedBytes: number,
  limits: Limits,
  guard: Guard,
): AsyncGenerator<Buffer> {
  const allowed = limits.expansionBytes + limits.expansionFactor * storedBytes;
  const [start, all] = await peek(source, 2);
  if (!(start[0] === 0x1f && start[1] === 0x8b)) {
    yield* all;
    return;
  }
  const gunzip = createGunzip({ chunkSize: 65_536 });
  // Errors of the source reach the loop below too. Those of zlib have codes that begin with `Z_`.
  pipeline(all, gunzip, () => {});
  let expanded = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      expanded += chunk.length;
      if (expanded > allowed) {
        const message = `gzip expands to more than ${allowed} bytes`;
        throw new BadFile(message, { line: guard.line(), code: 'gzip_bomb' });
      }
      yield chunk;
    }
  } catch (error) {
    if (!String((error as { code?: string }).code).startsWith('Z_')) throw error;
    const message = `gzip is damaged: ${(error as Error).message}`;
    throw new BadFile(message, { line: guard.line(), code: 'invalid_gzip' });
  }
}

/** The first bytes, at least `bytes` if there are so many, and a stream of all bytes, these included. */
async function peek(source: AsyncIterable<Buffer>, bytes: number): Promise<[Buffer, AsyncIterable<Buffer>]> {
  const chunks = source[Symbol.asyncIterator]();
  let start: Buffer = Buffer.alloc(0);
  while (start.length < bytes) {
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

type Guard = ReturnType<typeof createGuard>;

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
    measure(chunk);
    return chunk;
  }

  /** Refuses a line that is too long. It looks for newlines only as often as lines may end, not at every byte. */
  function measure(chunk: Buffer): void {
    let start = -lineLength;
    while (chunk.length - start > lineBytes) {
      const last = start + lineBytes;
      const next = chunk.lastIndexOf(newline, last);
      if (next < Math.max(start, 0)) {
        const line = lines + 1 + count(chunk.subarray(0, Math.max(start, 0)), newline);
        const message = `the line is longer than ${lineBytes} bytes`;
        const raw = chunk.toString('utf8', Math.max(start, 0), last + 1);
        throw new BadFile(message, { line, column: lineBytes + 1, code: 'line_too_long', raw });
      }
      start = next + 1;
    }
    const lastNewline = chunk.lastIndexOf(newline);
    lineLength = lastNewline < 0 ? lineLength + chunk.length : chunk.length - lastNewline - 1;
    lines += count(chunk, newline);
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
  return { check, end, line: () => lines + 1 };
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
  for (let at = chunk.indexOf(byte); at >= 0; at = chunk.indexOf(byte, at + 1)) found++;
  return found;
}
