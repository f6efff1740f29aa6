import { setTimeout as sleep } from 'node:timers/promises';
import { timings } from '../contract/timings.ts';
import { createDynamoDBClient } from '../data/dynamodb/client.ts';
import { createLogger } from '../data/logger.ts';
import { buildApp } from './app.ts';
import { readSettings } from './config.ts';
import type { App } from './instance.ts';

/** Seconds before SIGKILL at which connections that are still open are cut, so that the process ends by itself. */
const margin = 3;

const settings = readSettings(process.env);
const logger = createLogger(settings.logLevel);
const app = await buildApp({ settings, client: createDynamoDBClient(), logger });
let stopping = false;

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(app, signal));
const address = await app.listen({ host: settings.host, port: settings.port });
logger.info({ address }, 'the service listens');
// A parent that gave it port 0 learns from this which port it got.
process.send?.({ address });

/**
 * Stops without losing a response. Readiness answers 503 while requests are still served, until the load balancer has
 * noticed. Then no new connection is taken, and requests in flight are finished.
 */
async function stop(app: App, signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  logger.info(
    { signal, drain_seconds: settings.drainSeconds },
    'the service drains: readiness answers 503, requests are still served',
  );
  app.draining.active = true;
  await sleep(settings.drainSeconds * 1000);
  const deadline = (timings.stopTimeout - margin - settings.drainSeconds) * 1000;
  setTimeout(() => app.server.closeAllConnections(), deadline).unref();
  await app.close();
  logger.info('the service has stopped');
  process.exit(0);
}
