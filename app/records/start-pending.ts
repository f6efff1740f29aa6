import type { FastifyBaseLogger } from 'fastify';
import plugin from 'fastify-plugin';
import type { Records } from './store.ts';

/** Records of which some may not have been started, and what starts one. */
export interface Startable<T> {
  /** What a log calls one of them. */
  readonly name: string;
  readonly records: Pick<Records<T>, 'read' | 'unfinished'>;
  readonly start: (record: T) => Promise<void>;
}

/** Milliseconds between two searches for pending records. */
const interval = 30_000;
/** Milliseconds. A younger record is left to the request that saved it, which is just starting it. */
const patience = 5000;

/**
 * Starts the executions of pending records: saved, but not started, because the service was killed in between or Step
 * Functions was away. An execution has a name that comes from its record, so starting it twice is harmless, and every task of
 * the service may do this.
 */
async function startAll<T>({ name, records, start }: Startable<T>, log: FastifyBaseLogger): Promise<void> {
  const before = new Date(Date.now() - patience).toISOString();
  const pending = (await records.unfinished()).filter(
    ({ status, created_at }) => status === 'queued' && created_at <= before,
  );
  for (const { id } of pending) {
    try {
      const record = await records.read(id);
      if (!record) continue;
      await start(record);
      log.info({ id }, `the ${name} was saved but not started; it has been started now`);
    } catch (error) {
      // One record that cannot be started must not keep the others from it.
      log.warn({ err: error, id }, `the ${name} could not be started; it is tried again in 30 s`);
    }
  }
}

/** Starts pending records as long as the service listens: at once, and then 30 s after each search. */
export function startPending<T>(requested: Startable<T>, log: FastifyBaseLogger) {
  return plugin(
    async (app) => {
      let timer: NodeJS.Timeout | undefined;
      let closed = false;
      const search = async () => {
        await startAll(requested, log).catch((error) =>
          log.warn(
            { err: error },
            `the ${requested.name}s that wait for their start could not be read; they are read again in 30 s`,
          ),
        );
        if (!closed) timer = setTimeout(search, interval).unref();
      };
      app.addHook('onListen', async () => void search());
      app.addHook('onClose', async () => {
        closed = true;
        clearTimeout(timer);
      });
    },
    { name: `start-pending-${requested.name}s` },
  );
}
