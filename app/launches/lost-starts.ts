import type { FastifyBaseLogger } from 'fastify';
import plugin from 'fastify-plugin';
import type { Item } from '../dynamodb/errors.ts';
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
export async function startLost({ records, start }: Options, olderThan = patience): Promise<number> {
  const before = new Date(Date.now() - olderThan).toISOString();
  const lost = (await records.unfinished()).filter(
    ({ status, created_at }) => status?.S === 'queued' && (created_at?.S ?? '') <= before,
  );
  for (const item of lost) await start(item);
  return lost.length;
}

/** Looks for lost starts as long as the service listens. */
export const lostStarts = plugin<{ of: readonly Options[]; log: FastifyBaseLogger }>(
  async (app, { of, log }) => {
    let timer: NodeJS.Timeout | undefined;
    app.addHook('onListen', async () => {
      const look = () => void lookOnce(of, log);
      look();
      timer = setInterval(look, interval).unref();
    });
    app.addHook('onClose', async () => clearInterval(timer));
  },
  { name: 'lost-starts' },
);

async function lookOnce(all: readonly Options[], log: FastifyBaseLogger): Promise<void> {
  for (const options of all) {
    try {
      const count = await startLost(options);
      if (count > 0) log.info({ count }, 'lost starts were made up for');
    } catch (error) {
      log.warn({ err: error }, 'lost starts could not be looked for');
    }
  }
}
