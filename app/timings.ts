import { AsyncLocalStorage } from 'node:async_hooks';

/** What one request spent waiting for the database, in milliseconds; `plugins/timings.ts` reports it. */
export interface RequestTimings {
  database: number;
}

export const requestTimings = new AsyncLocalStorage<RequestTimings>();

/** Adds the time that `work` takes to the current request's database time. */
export async function databaseTime<T>(work: Promise<T>): Promise<T> {
  const timings = requestTimings.getStore();
  if (!timings) return work;
  const start = performance.now();
  try {
    return await work;
  } finally {
    timings.database += performance.now() - start;
  }
}
