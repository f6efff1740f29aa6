import { type Dirent, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a job may write before it is stopped; in the cloud the container's own disk and the log's price set limits. */
export interface WriteLimits {
  /** Bytes on stdout and stderr, over all attempts. */
  readonly output: number;
  /** Bytes below its temporary directory. */
  readonly disk: number;
}

export interface Watch {
  /** The job's own temporary directory, in `TMPDIR`. */
  readonly directory: string;
  /** Ends the watch and removes the directory. */
  end(): void;
}

/** Milliseconds between two looks: at 1 GB/s a job gets that far beyond its limits. */
const interval = 100;

/**
 * Calls back, once, with the reason when a job has written more than it may.
 * @param temporary where the jobs' temporary directories are made
 */
export function watchWrites(
  log: string,
  temporary: string,
  limits: WriteLimits,
  exceeded: (reason: string) => void,
): Watch {
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  const directory = mkdtempSync(join(temporary, 'job-'));
  const before = sizeOf(log);
  const timer = setInterval(() => {
    const reason =
      sizeOf(log) - before > limits.output
        ? `The job wrote more than ${limits.output} bytes to its output`
        : sizeBelow(directory, limits.disk) > limits.disk
          ? `The job wrote more than ${limits.disk} bytes to its disk`
          : undefined;
    if (reason === undefined) return;
    clearInterval(timer);
    exceeded(reason);
  }, interval);

  function end(): void {
    clearInterval(timer);
    rmSync(directory, { recursive: true, force: true });
  }
  return { directory, end };
}

/** Bytes of the files below a directory; stops counting beyond a limit. */
export function sizeBelow(directory: string, limit: number): number {
  let size = 0;
  const left = [directory];
  while (left.length > 0 && size <= limit) {
    const current = left.pop() as string;
    for (const entry of entriesOf(current)) {
      const path = join(current, entry.name);
      // Links are not followed: what they lead to is not the job's.
      if (entry.isDirectory()) left.push(path);
      else if (entry.isFile()) size += sizeOf(path);
    }
  }
  return size;
}

/** The job removes files while they are counted. */
function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
