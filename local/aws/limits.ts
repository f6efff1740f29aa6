import { type Dirent, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The bytes after which a job is stopped. In the cloud the container's disk limits them, and the price of logs. */
export interface WriteLimits {
  /** Bytes on stdout and stderr. */
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

/** Milliseconds between two checks. At 1 GB/s a job exceeds its limits by 100 MB until the next one. */
const interval = 100;

/**
 * Watches a job. When it has written more than its limits, calls back once with the reason.
 * @param temporary the directory in which jobs get their temporary directories
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
      // Links are not followed: they may lead to files that belong to others.
      if (entry.isDirectory()) left.push(path);
      else if (entry.isFile()) size += sizeOf(path);
    }
  }
  return size;
}

/** The job may remove a directory while its files are counted. */
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
