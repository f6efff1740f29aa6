import type { FastifyBaseLogger } from 'fastify';
import plugin from 'fastify-plugin';
import type { Requested } from './request.ts';

/** Milliseconds between two looks, and the age from which a start counts as lost. */
const interval = 30_000;
const patience = 5000;

/**
 * Starts what was accepted but never begun: the service was killed between its two writes, or Step Functions was away.
 * Starting something twice is harmless, since executions are named, so every task of the service may do it.
 */
async function startLost<T>({ name, records, start }: Requested<T>, log: FastifyBaseLogger): Promise<void> {
  const before = new Date(Date.now() - patience).toISOString();
  const lost = (await records.unfinished()).filter(
    ({ status, created_at }) => status === 'queued' && created_at <= before,
  );
  for (const { id } of lost) {
    try {
      const record = await records.read(id);
      if (!record) continue;
      await start(record);
      log.info({ id }, `the ${name} was accepted and not started; it is started now`);
    } catch (error) {
      // The others are no worse for it.
      log.warn({ err: error, id }, `the ${name} cannot be started; the next try is in half a minute`);
    }
  }
}

/** Looks for lost starts as long as the service listens, one look after the other. */
export function lostStarts<T>(of: Requested<T>, log: FastifyBaseLogger) {
  return plugin(
    async (app) => {
      let timer: NodeJS.Timeout | undefined;
      let closed = false;
      const look = async () => {
        await startLost(of, log).catch((error) =>
          log.warn({ err: error }, `${of.name}s that were not started could not be looked for`),
        );
        if (!closed) timer = setTimeout(look, interval).unref();
      };
      app.addHook('onListen', async () => void look());
      app.addHook('onClose', async () => {
        closed = true;
        clearTimeout(timer);
      });
    },
    { name: `lost-starts-of-${of.name}s` },
  );
}
