import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { createPageStore, type PageStore } from '../../../app/page/store.ts';
import { ContentionError, type Item } from '../../../data/dynamodb/errors.ts';
import { type Call, type DatabaseProxy, databaseProxy } from '../../../local/aws/database-proxy.ts';
import { plainClient } from '../../support/clients.ts';
import { emulator } from '../../support/emulator.ts';
import { freshTables } from '../../support/tables.ts';

/** How many versions the page remembers the writers of, and how often a write is tried. */
const remembered = 50;

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
    store = createPageStore(through, table);
    other = createPageStore(direct, table);
  });
  afterEach(async () => {
    direct.destroy();
    through.destroy();
    await proxy.close();
  });

  const isWrite = ({ operation }: Call) => operation === 'UpdateItem';
  const put = (item: Item) =>
    direct.send(new PutItemCommand({ TableName: table, Item: { id: { S: 'page' }, ...item } }));

  it('is read consistently, and by its key alone', async () => {
    await store.read();
    expect(proxy.calls.map(({ operation, body }) => [operation, JSON.parse(body)])).to.deep.equal([
      ['GetItem', { TableName: table, Key: { id: { S: 'page' } }, ConsistentRead: true }],
    ]);
  });

  it('is kept as the last release keeps it: with its version, its time and the writes up to it', async () => {
    const saved = await store.write('first', undefined);
    const { Item } = await direct.send(new GetItemCommand({ TableName: table, Key: { id: { S: 'page' } } }));
    const { writes, ...rest } = Item as Item;
    expect(rest).to.deep.equal({
      id: { S: 'page' },
      string: { S: 'first' },
      version: { N: '1' },
      updated_at: { S: saved?.updated_at },
    });
    expect(writes?.L?.map((write) => write.S)).to.have.length(1);
    expect(writes?.L?.[0]?.S).to.match(/^[\w-]{11}$/);
  });

  it('is read from an item that an older release wrote, or of which parts are missing', async () => {
    await put({});
    expect(await store.read()).to.deep.equal({ string: 'dynamic string', version: 0, updated_at: null });
    await put({ string: { S: 'old' }, version: { N: '7' } });
    expect(await store.read()).to.deep.equal({ string: 'old', version: 7, updated_at: null });
    expect(await store.write('new', undefined)).to.include({ string: 'new', version: 8 });
    expect(await other.read()).to.include({ string: 'new', version: 8 });
  });

  it('takes no write by anybody, whatever was remembered of others, for its own', async () => {
    await put({ string: { S: 'a' }, version: { N: '7' }, writes: { L: [{ N: '1' }] } });
    let writes = 0;
    proxy.disturb({
      before: async (call) => {
        if (isWrite(call) && ++writes === 1) await other.write('between', undefined);
      },
    });
    expect(await store.write('mine', undefined)).to.include({ string: 'mine', version: 9 });
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

  it('finds its own write again, however many of those remembered came after it', async () => {
    expect(await writeUnheard(remembered - 1)).to.include({ string: 'mine', version: 1 });
    expect(await store.read()).to.include({ string: `other ${remembered - 2}`, version: remembered });
  });

  it('gives up when its own write may have been forgotten, and does not write again', async () => {
    expect(await writeUnheard(remembered)).to.be.instanceOf(ContentionError);
    expect(await store.read()).to.include({ string: `other ${remembered - 1}`, version: remembered + 1 });
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
