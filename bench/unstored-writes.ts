import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

const allProcessed = '{"UnprocessedItems":{}}';

/**
 * A database in front of another one: it answers that the items of a BatchWriteItem are written, and writes none. All other
 * calls reach the database. So a job can be measured without the time that an emulator takes to store its items.
 */
export async function unstoredWrites(endpoint: string): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const database = new Pool(endpoint);
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    if (request.headers['x-amz-target'] === 'DynamoDB_20120810.BatchWriteItem') {
      response.end(allProcessed);
      return;
    }
    const { host: _, connection: __, ...headers } = request.headers;
    const answer = await database.request({ path: '/', method: 'POST', headers, body });
    response.statusCode = answer.statusCode;
    response.end(Buffer.from(await answer.body.arrayBuffer()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await database.close();
    },
  };
}
