import { PutItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import type { InjectOptions } from 'fastify';
import type { TableName } from '../../contract/tables.ts';
import { createLedger, expectedItem, noCounts } from '../../data/ledger/ledger.ts';
import { physicalName } from '../../local/aws/tables.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bucketClient, databaseClient, plainClient } from '../support/clients.ts';
import { emulator } from '../support/emulator.ts';
import { type FaultProxy, faultProxy } from '../support/fault-proxy.ts';
import { freshTables } from '../support/tables.ts';

const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'];

/** Records that are made or counted: a write that arrives twice, or is repeated after others, counts once. */
describe('a record whose first answer is lost', () => {
  let proxy: FaultProxy;
  let test: TestApp;
  beforeEach(async () => {
    const { endpoint } = await emulator();
    proxy = await faultProxy(endpoint);
    // Only signs here, and is never called.
    const s3 = bucketClient('http://127.0.0.1:1');
    test = await testApp({ tables: { ...(await freshTables(endpoint)), endpoint: proxy.endpoint }, s3 });
  });
  afterEach(async () => {
    await test.close();
    await proxy.close();
  });

  async function items(table: TableName) {
    const client = plainClient((await emulator()).endpoint);
    const TableName = physicalName(test.tables.prefix, table);
    const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
    client.destroy();
    return Items;
  }

  const post = (url: string, payload: object, headers = {}): InjectOptions => ({
    method: 'POST',
    url,
    payload,
    headers,
  });
  const repository_url = 'https://github.com/fastify/fastify';
  const video = { title: 'Goal', content_type: 'video/mp4', size: 5 };
  const upload = { kind: 'prices', file_name: 'a.csv', size: 5 };
  const requests: [string, InjectOptions, TableName, number][] = [
    ['a user', post('/api/v1/users', { username: 'ben' }), 'users', 2],
    ['a video', post('/api/v1/users/ann/videos', video), 'players', 1],
    ['an upload', post('/api/v1/uploads', upload), 'ingests', 1],
    ['a scan', post('/api/v1/scans', { repository_url }), 'scans', 1],
    [
      'a scan under a key, which is an item too',
      post('/api/v1/scans', { repository_url }, { 'idempotency-key': 'one' }),
      'scans',
      2,
    ],
    ['a job', post('/api/v1/jobs', { kind: 'fetch', arguments: { repository_url } }), 'jobs', 1],
  ];
  for (const fault of ['lost', 'twice', 'cut'] as const) {
    for (const [name, request, table, count] of requests) {
      it(`is there once: ${name}, its write ${fault}`, async () => {
        await test.call(post('/api/v1/users', { username: 'ann' }));
        let faults = 0;
        proxy.inject(({ operation }) => (writes.includes(operation) && faults++ === 0 ? fault : undefined));
        const answer = await test.call(request);
        expect(answer.statusCode, answer.body).to.be.oneOf([201, 202]);
        expect(await items(table)).to.have.length(count);
      });
    }
  }

  it('is counted once: a retry, also when the file failed again in between', async () => {
    const client = databaseClient(proxy.endpoint);
    const TableName = physicalName(test.tables.prefix, 'ingests');
    const ledger = createLedger(client, TableName);
    const now = new Date().toISOString();
    const fixed = {
      id: 'a',
      kind: 'prices',
      key: 'incoming/prices/a/a.csv',
      partial: false,
      size: 1,
    } as const;
    const file = {
      ...fixed,
      ...noCounts,
      state: 'failed',
      retries: 0,
      created_at: now,
      updated_at: now,
    } as const;
    await client.send(new PutItemCommand({ TableName, Item: expectedItem(file) }));

    const failAgain = async () => {
      const direct = plainClient((await emulator()).endpoint);
      await direct.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: { S: 'a' } },
          UpdateExpression: 'SET #state = :failed',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':failed': { S: 'failed' } },
        }),
      );
      direct.destroy();
    };
    for (const between of [async () => {}, failAgain]) {
      let updates = 0;
      const before = (await ledger.read('a'))?.retries as number;
      proxy.inject(({ operation }) => {
        if (operation !== 'UpdateItem') return undefined;
        if (++updates === 1) return 'lost';
        if (updates === 2) return between().then(() => undefined);
        return undefined;
      });
      expect(await ledger.requeue('a')).to.include({ retries: before + 1 });
      expect(updates).to.equal(2);
      await failAgain();
    }
    client.destroy();
  });

  it('never ends earlier than was answered: a lease whose heartbeats overtake each other', async () => {
    const url = '/api/v1/streams';
    for (const request of [
      post(url, { stream_id: 'a' }),
      { method: 'PUT', url: `${url}/a` } as InjectOptions,
    ]) {
      let later = '';
      let updates = 0;
      proxy.inject(({ operation }) => {
        if (operation !== 'UpdateItem') return undefined;
        if (++updates === 1) return 'lost';
        if (updates > 2) return undefined;
        // What comes now is the repetition of the first.
        return test.call({ method: 'PUT', url: `${url}/a` }).then((answer) => {
          later = answer.json().expires_at;
          return undefined;
        });
      });
      const answer = await test.call(request);
      expect(answer.statusCode).to.equal(200);
      proxy.inject(() => undefined);
      const [{ expires_at }] = (await test.call({ url })).json().items;
      expect(Date.parse(expires_at)).to.be.at.least(Date.parse(later));
      expect(Date.parse(expires_at)).to.be.at.least(Date.parse(answer.json().expires_at));
    }
  });
});
