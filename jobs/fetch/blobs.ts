import type { Readable, Writable } from 'node:stream';
import type { TreeEntry } from './tree.ts';

export interface Blob {
  readonly entry: TreeEntry;
  readonly content: Buffer;
}

/** The contents of entries in their order, from one `git cat-file --batch`. */
export async function* readBlobs(
  catFile: { readonly stdin: Writable; readonly stdout: Readable },
  entries: readonly TreeEntry[],
): AsyncGenerator<Blob> {
  // When git ends early, reading its output fails. The same failure of its input would end the process unhandled.
  catFile.stdin.on('error', () => undefined);
  catFile.stdin.end(entries.map(({ oid }) => `${oid}\n`).join(''));
  const source = byteReader(catFile.stdout);
  for (const entry of entries) {
    const header = (await source.line()).split(' ');
    const size = Number(header[2]);
    if (header[0] !== entry.oid || header[1] !== 'blob' || size !== entry.size)
      throw new Error(`git answered "${header.join(' ')}" for ${entry.oid}`);
    const content = await source.bytes(size);
    await source.bytes(1);
    yield { entry, content };
  }
}

function byteReader(stream: Readable) {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let held: Buffer = Buffer.alloc(0);

  async function more(): Promise<Buffer> {
    const { value, done } = await chunks.next();
    if (done) throw new Error('git ended in the middle of its answer');
    return value;
  }

  async function bytes(count: number): Promise<Buffer> {
    const parts = [held];
    let length = held.length;
    while (length < count) {
      const chunk = await more();
      parts.push(chunk);
      length += chunk.length;
    }
    const all = parts.length === 1 ? held : Buffer.concat(parts);
    held = all.subarray(count);
    return all.subarray(0, count);
  }

  async function line(): Promise<string> {
    let end = held.indexOf(0x0a);
    while (end < 0) {
      held = Buffer.concat([held, await more()]);
      end = held.indexOf(0x0a);
    }
    return (await bytes(end + 1)).subarray(0, end).toString('latin1');
  }

  return { bytes, line };
}
