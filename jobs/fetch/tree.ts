import { posix } from 'node:path';
import { Refusal } from '../runtime/run-job.ts';
import { mebibytes } from './git.ts';
import type { FetchLimits } from './limits.ts';

/** One line of `git ls-tree -r -z -l --full-tree`. */
export interface TreeEntry {
  readonly mode: string;
  readonly oid: string;
  /** Bytes; 0 for submodules. */
  readonly size: number;
  readonly path: string;
}

/** The parts of a commit. */
export interface Tree {
  readonly files: readonly TreeEntry[];
  readonly links: readonly TreeEntry[];
  /** Files that the scan leaves out, and why. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly bytes: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a listing while git writes it, so that a huge one is refused as soon as it passes a limit.
 * @throws Refusal for a tree that is too large, or has names that git itself would never make
 */
export async function readTree(listing: AsyncIterable<Buffer>, limits: FetchLimits): Promise<Tree> {
  const files: TreeEntry[] = [];
  const links: TreeEntry[] = [];
  const skipped: { path: string; reason: string }[] = [];
  let bytes = 0;
  let count = 0;
  for await (const line of zeroTerminated(listing)) {
    if (++count > limits.files) throw new Refusal(`the repository has more than ${limits.files} files`);
    const entry = parseEntry(line);
    if (typeof entry === 'string') {
      skipped.push({ path: entry, reason: 'its name is not UTF-8' });
      continue;
    }
    const problem = nameProblem(entry.path);
    if (problem)
      throw new Refusal(`the repository has a file name ${problem}: ${JSON.stringify(entry.path)}`);
    bytes += entry.size;
    if (bytes > limits.bytes)
      throw new Refusal(`the repository is too large: its files have more than ${mebibytes(limits.bytes)}`);
    if (entry.mode === '160000') skipped.push({ path: entry.path, reason: 'it is a submodule' });
    else if (entry.mode === '120000') links.push(entry);
    else if (entry.size > limits.fileBytes)
      skipped.push({ path: entry.path, reason: `it has more than ${mebibytes(limits.fileBytes)}` });
    else files.push(entry);
  }
  return { files, links, skipped, bytes };
}

/** @returns the entry; for a name that is not UTF-8, the name in a readable form instead. */
export function parseEntry(line: Buffer): TreeEntry | string {
  const tab = line.indexOf(0x09);
  const [mode = '', , oid = '', size = ''] = line.subarray(0, tab).toString('latin1').split(/ +/);
  const name = line.subarray(tab + 1);
  try {
    return { mode, oid, size: size === '-' ? 0 : Number(size), path: utf8.decode(name) };
  } catch {
    return name.toString('utf8');
  }
}

/** What is wrong with a path, if anything. git itself makes no such paths, but objects can be made by hand. */
export function nameProblem(path: string): string | undefined {
  if (/\p{Cc}/u.test(path)) return 'with a control character';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'that is absolute';
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'that leaves its folder';
  if (parts.some((part) => part.toLowerCase() === '.git')) return 'that belongs to git itself';
  if (Buffer.byteLength(path) > 4096) return 'of more than 4096 bytes';
  return undefined;
}

/** Whether a symbolic link leads out of the repository. Other links are listed, and not followed. */
export function leavesTree(path: string, target: string): boolean {
  if (posix.isAbsolute(target) || target.includes('\0')) return true;
  const resolved = posix.normalize(posix.join(posix.dirname(path), target));
  return resolved === '..' || resolved.startsWith('../');
}

async function* zeroTerminated(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    for (let end = data.indexOf(0); end >= 0; end = data.indexOf(0, start)) {
      yield data.subarray(start, end);
      start = end + 1;
    }
    rest = data.subarray(start);
    // A tree that was made by hand can hold a name of many megabytes.
    if (rest.length > 2 ** 20) throw new Refusal('the repository has a file name of more than 1 MiB');
  }
}
