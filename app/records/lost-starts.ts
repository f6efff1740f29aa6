import type { FastifyBaseLogger } from 'fastify';
import plugin from 'fastify-plugin';
import type { Item } from '../../data/dynamodb/errors.ts';
import type { Records } from './records.ts';

/** Milliseconds between two looks, and the age from which a start counts as lost. */
const interval = 30_000;
const patience = 5000;

interface Options {
  readonly records: Records;
  readonly start: (item: Item) => Promise<void>;
}

/**
 * Starts what was accepted but never begun: the service was killed between its two writes, or Step Functions was away.
 * Starting something twice is harmless, since executions are named, so every task of the service may do it.
 */
async function startLost({ records, start }: Options, log: FastifyBaseLogger): Promise<void> {
  const before = new Date(Date.now() - patience).toISOString();
  const lost = (await records.unfinished()).filter(
    ({ status, created_at }) => status?.S === 'queued' && (created_at?.S ?? '') <= before,
  );
  for (const item of lost) {
    const id = item.id?.S;
    try {
      await start(item);
      log.info({ id }, 'a scan or job was accepted and not started; it is started now');
    } catch (error) {
      // The others are no worse for it.
      log.warn({ err: error, id }, 'a scan or job cannot be started; the next try is in half a minute');
    }
  }
}

/** Looks for lost starts as long as the service listens, one look after the other. */
export const lostStarts = plugin<{ of: readonly Options[]; log: FastifyBaseLogger }>(
  async (app, { of, log }) => {
    let timer: NodeJS.Timeout | undefined;
    let closed = false;
    const look = async () => {
      for (const options of of)
        await startLost(options, log).catch((error) =>
          log.warn({ err: error }, 'scans and jobs that were not started could not be looked for'),
        );
      if (!closed) timer = setTimeout(look, interval).unref();
    };
    app.addHook('onListen', async () => void look());
    app.addHook('onClose', async () => {
      closed = true;
      clearTimeout(timer);
    });
  },
  { name: 'lost-starts' },
);
