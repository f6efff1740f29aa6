import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import type { JobContext } from '../../../jobs/runtime/run-job.ts';
import { sourceFiles } from '../../../jobs/runtime/source.ts';

/** A job's surroundings with a bucket in memory. */
export function memoryJob(given: Readonly<Record<string, unknown>>) {
  const stored = new Map<string, Buffer>();
  const job: JobContext = {
    arguments: { scan_id: 's', ...given },
    output: 'scans/s',
    logger: pino({ level: 'silent' }),
    objects: {
      put: async (key, body) => void stored.set(key, await buffer(Readable.from(body))),
      putJson: async (key, value) => void stored.set(key, Buffer.from(JSON.stringify(value))),
      read: async (key) => Readable.from([stored.get(key)]),
      readJson: async (key) => JSON.parse(String(stored.get(key))),
    },
  };
  /** The files that scanners will see. */
  async function files(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for await (const { path, content } of sourceFiles(job)) found[path] = content.toString();
    return found;
  }
  return { job, files, stored };
}
