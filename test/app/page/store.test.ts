import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { createPageStore, type PageStore } from '../../../app/page/store.ts';
import { ContentionError, type Item } from '../../../data/dynamodb/errors.ts';
import { type Call, type DatabaseProxy, databaseProxy } from '../../../local/aws/database-proxy.ts';
import { databaseAnswers } from '../../support/aws-errors.ts';
import { plainClient } from '../../support/clients.ts';
import { emulator } from '../../support/emulator.ts';
import { faultProxy } from '../../support/fault-proxy.ts';
import { freshTables } from '../../support/tables.ts';

const pace = { pageReadUnitsPerSecond: 3000 };

describe('the saved string in the database', () => {
  let proxy: DatabaseProxy;
  let table: string;
  let direct: DynamoDBClient;
  let through: DynamoDBClient;
  /** The store that the test is about, and one whose calls are not disturbed. */
  let store: PageStore;
  let other: PageStore;
  beforeEach(async () => {
    const { endpoint } = await emulator();
    proxy = await databaseProxy(endpoint);
    table = (await freshTables(endpoint)).page;
    direct = plainClient(endpoint);
    through = plainClient(proxy.endpoint);
    store = createPageStore(through, table, pace);
    other = createPageStore(direct, table, pace);
  });
  afterEach(async () => {
    direct.destroy();
    through.destroy();
    await proxy.close();
  });

  const isWrite = ({ operation }: Call) => operation === 'TransactWriteItems';
  const put = (item: Item) =>
    direct.send(new PutItemCommand({ TableName: table, Item: { id: { S: 'page' }, ...item } }));

  it('is read consistently, and by its key alone', async () => {
    await store.read();
    expect(proxy.calls.map(({ operation, body }) => [operation, JSON.parse(body)])).to.deep.equal([
      ['GetItem', { TableName: table, Key: { id: { S: 'page' } }, ConsistentRead: true }],
    ]);
  });

  it('is kept with its version and its time, and nothing else that readers would pay for', async () => {
    for (let version = 1; version <= 3; version++) {
      const saved = await store.write('ä'.repeat(version), undefined);
      const { Item } = await direct.send(
        new GetItemCommand({ TableName: table, Key: { id: { S: 'page' } } }),
      );
      expect(Item).to.deep.equal({
        id: { S: 'page' },
        string: { S: 'ä'.repeat(version) },
        version: { N: String(version) },
        updated_at: { S: saved?.updated_at },
      });
    }
  });

  it('is read from an item that an older release wrote, or of which parts are missing', async () => {
    await put({});
    expect(await store.read()).to.deep.equal({ string: 'dynamic string', version: 0, updated_at: null });
    await put({ string: { S: 'old' }, version: { N: '7' } });
    expect(await store.read()).to.deep.equal({ string: 'old', version: 7, updated_at: null });
    expect(await store.write('new', undefined)).to.include({ string: 'new', version: 8 });
    expect(await other.read()).to.include({ string: 'new', version: 8 });
  });

  /** The answer to the first try is lost; `others` write before it is repeated. */
  async function writeUnheard(others: number): Promise<unknown> {
    let writes = 0;
    proxy.disturb({
      before: async (call) => {
        if (!isWrite(call) || ++writes !== 2) return;
        for (let i = 0; i < others; i++) await other.write(`other ${i}`, undefined);
      },
      after: async (call) => {
        if (isWrite(call) && writes === 1) throw new Error('cut off');
      },
    });
    return store.write('mine', undefined).catch((error: unknown) => error);
  }

  it('knows its own write again, however many came after it', async () => {
    expect(await writeUnheard(60)).to.include({ string: 'mine', version: 1 });
    expect(await store.read()).to.include({ string: 'other 59', version: 61 });
  });

  it('gives up when DynamoDB may have forgotten its write, and does not write again', async () => {
    let time = Date.now();
    store = createPageStore(through, table, { ...pace, now: () => time });
    let writes = 0;
    proxy.disturb({
      before: async (call) => {
        if (!isWrite(call) || ++writes > 1) return;
        // What a database that has forgotten the token would see: the version is there already.
        await other.write('mine, done long ago', undefined);
        time += 601_000;
      },
    });
    const error = await store.write('mine', undefined).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ContentionError);
    expect(await other.read()).to.include({ string: 'mine, done long ago', version: 1 });
  });

  it('sends the same transaction again, with its token, when it met another one', async () => {
    const faults = await faultProxy(proxy.endpoint);
    const client = plainClient(faults.endpoint);
    let conflicts = 7;
    const conflict = databaseAnswers.cancelled('TransactionConflict');
    faults.inject((call) =>
      call.operation === 'TransactWriteItems' && conflicts-- > 0 ? conflict(call) : undefined,
    );
    expect(await createPageStore(client, table, pace).write('mine', undefined)).to.include({ version: 1 });
    const sent = faults.calls.filter(({ operation }) => operation === 'TransactWriteItems');
    expect(sent).to.have.length(8);
    expect(new Set(sent.map(({ body }) => body.toString())).size).to.equal(1);
    client.destroy();
    await faults.close();
  });

  it('gives up after 50 tries, and says why', async () => {
    proxy.disturb({
      before: async (call) => {
        if (isWrite(call)) await other.write('faster', undefined);
      },
    });
    const error = await store.write('mine', undefined).catch((reason: unknown) => reason);
    expect(error)
      .to.be.instanceOf(ContentionError)
      .with.property('message', 'the saved string is being changed by too many at once');
    expect(proxy.calls.filter(isWrite)).to.have.length(50);
    expect(await store.read()).to.include({ string: 'faster', version: 50 });
  });
});
