// Runs one server of bench/page.ts as a process: node page-server.ts <variant> <endpoint of DynamoDB> <log file>
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import Fastify, { LogController } from 'fastify';
import { destination } from 'pino';
import { buildApp } from '../app/app.ts';
import { createRenderer } from '../app/page/render.ts';
import { createLogger, logTo } from '../data/logger.ts';
import { createTables } from '../local/aws/tables.ts';
import { benchClient, benchSettings } from './setup.ts';

const [variant, endpoint, logFile] = process.argv.slice(2) as [string, string, string];
const client = benchClient(endpoint);
const prefix = `bench-${variant.replaceAll(' ', '-')}`;
const settings = benchSettings(prefix);
await createTables(client, prefix);

async function bareServer() {
  const html = createRenderer()({ string: 'dynamic string', version: 0, updated_at: null });
  return Fastify().get('/page', async (_request, reply) => reply.type('text/html; charset=utf-8').send(html));
}

/** As a team would write it, with the line that Fastify logs when a request is answered, and pino's way to write lines
 * without waiting for the file. */
async function loggedServer() {
  const html = createRenderer()({ string: 'dynamic string', version: 0, updated_at: null });
  const logController = new LogController({ disableRequestLogging: true });
  const stream = destination({ dest: logFile, sync: false });
  return Fastify({ logger: { stream }, logController })
    .addHook('onResponse', async (request, reply) => {
      request.log.info({ req: request, res: reply, responseTime: reply.elapsedTime }, 'request completed');
    })
    .get('/page', async (_request, reply) => reply.type('text/html; charset=utf-8').send(html));
}

async function readPerRequestServer() {
  const render = createRenderer();
  const read = new GetItemCommand({
    TableName: settings.tables.page,
    Key: { id: { S: 'page' } },
    ConsistentRead: true,
  });
  return Fastify().get('/page', async (_request, reply) => {
    const { Item } = await client.send(read);
    const string = Item?.string?.S ?? 'dynamic string';
    return reply.type('text/html; charset=utf-8').send(render({ string, version: 0, updated_at: null }));
  });
}

/** The service as it ships, logging included. */
async function pageServer() {
  const logger = createLogger('info', logTo(logFile));
  return buildApp({ settings, client, logger });
}

const servers: Record<string, () => Promise<{ listen(options: { port: number }): Promise<string> }>> = {
  bare: bareServer,
  logged: loggedServer,
  page: pageServer,
  'read per request': readPerRequestServer,
};
process.on('SIGINT', () => process.exit(0));
process.on('message', () => process.send?.(process.cpuUsage()));
const address = await (await servers[variant]?.())?.listen({ port: 0 });
process.send?.(Number(new URL(address as string).port));
