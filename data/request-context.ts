import { AsyncLocalStorage } from 'node:async_hooks';

/** The request that the running code serves, however deep below its route. */
export interface RequestContext {
  readonly id: string;
  /** When it arrived, by `performance.now()`. */
  readonly start: number;
  /** Milliseconds that the request has waited for the database so far. */
  database: number;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();

/** Adds the time that `work` takes to the current request's database time. */
export async function databaseTime<T>(work: Promise<T>): Promise<T> {
  const context = requestContext.getStore();
  if (!context) return work;
  const start = performance.now();
  try {
    return await work;
  } finally {
    context.database += performance.now() - start;
  }
}
