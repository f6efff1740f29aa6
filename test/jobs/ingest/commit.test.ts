import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import type { Item } from '../../../data/dynamodb/errors.ts';
import { activationKey, key, pointerKey } from '../../../data/rates/items.ts';
import type { Pointer } from '../../../data/rates/pointer.ts';
import { createRatesTable } from '../../../data/rates/table.ts';
import { createCommits } from '../../../jobs/ingest/commit.ts';
import { databaseProxy } from '../../../local/aws/database-proxy.ts';
import { physicalName } from '../../../local/aws/tables.ts';
import { plainClient } from '../../support/clients.ts';
import { emulator } from '../../support/emulator.ts';
import { freshTables } from '../../support/tables.ts';

const empty: Pointer = {
  revision: 0,
  active: { id: 'none', regions: undefined, ports: undefined },
  regionsIngest: undefined,
  portsIngest: undefined,
  building: {},
};
const full: Pointer = {
  revision: 1,
  active: { id: 't1', regions: 'r1', ports: 'p1' },
  regionsIngest: 'i1',
  portsIngest: 'i2',
  building: {
    i3: { id: 't2', regions: 'r2', ports: undefined },
    i4: { id: 't3', regions: undefined, ports: 'p2' },
  },
};

describe('the commit of an ingest', () => {
  let client: DynamoDBClient;
  let table: string;
  beforeEach(async () => {
    const { endpoint, prefix } = await freshTables();
    client = plainClient(endpoint);
    table = physicalName(prefix, 'rates');
  });
  afterEach(() => client.destroy());

  const along = (name: string, text: string) => [
    createCommits(client, table).create({ ...key('BATCH', name), text: { S: text } }),
  ];
  async function read(name: string): Promise<string | undefined> {
    const Key = key('BATCH', name);
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item?.text?.S;
  }

  it('moves the pointer from nothing to all that it can say, and writes an item along', async () => {
    expect(await createRatesTable(client, table).pointer()).to.deep.equal(empty);
    expect(await createCommits(client, table).advance(full, along('a', 'first'))).to.equal(true);
    expect(await createRatesTable(client, table).pointer()).to.deep.equal(full);
    expect(await read('a')).to.equal('first');
    const bare = { ...empty, revision: 2 };
    expect(await createCommits(client, table).advance(bare)).to.equal(true);
    expect(await createRatesTable(client, table).pointer()).to.deep.equal(bare);
  });

  it('remembers once that a file brought what was active, and from which file', async () => {
    const commits = createCommits(client, table);
    expect(await commits.activation('i1')).to.equal(undefined);
    await commits.noteDuplicate('i1', 'i0');
    await commits.noteDuplicate('i2', undefined);
    // Run again, it finds its own note, also when another file is active by then.
    await commits.noteDuplicate('i1', 'i9');
    expect(await commits.activation('i1')).to.deep.equal({ duplicateOf: 'i0' });
    expect(await commits.activation('i2')).to.deep.equal({ duplicateOf: undefined });
  });

  it('does neither when another one was first', async () => {
    for (const revision of [1, 2]) {
      expect(await createCommits(client, table).advance({ ...full, revision })).to.equal(true);
      const late = { ...empty, revision };
      expect(await createCommits(client, table).advance(late, along('late', 'x'))).to.equal(false);
      const early = { ...empty, revision: revision + 2 };
      expect(await createCommits(client, table).advance(early, along('early', 'x'))).to.equal(false);
      expect(await createRatesTable(client, table).pointer()).to.deep.equal({ ...full, revision });
    }
    expect([await read('late'), await read('early')]).to.deep.equal([undefined, undefined]);
  });

  it('does neither when the item is there already', async () => {
    expect(await createCommits(client, table).advance(full, along('a', 'first'))).to.equal(true);
    expect(
      await createCommits(client, table).advance({ ...empty, revision: 2 }, along('a', 'second')),
    ).to.equal(false);
    expect(await createRatesTable(client, table).pointer()).to.deep.equal(full);
    expect(await read('a')).to.equal('first');
  });

  it('reads a pointer of which parts are missing', async () => {
    const parts: Item[] = [{}, { active: { M: { regions: { S: 'r' } } } }];
    for (const part of parts) {
      await client.send(new PutItemCommand({ TableName: table, Item: { ...pointerKey, ...part } }));
      expect(await createRatesTable(client, table).pointer()).to.deep.equal(empty);
    }
  });

  it('decides on what was read consistently', async () => {
    const proxy = await databaseProxy((await emulator()).endpoint);
    const through = plainClient(proxy.endpoint);
    await createRatesTable(through, table).pointer();
    await createCommits(through, table).activation('i1');
    expect(proxy.calls.map(({ body }) => JSON.parse(body))).to.deep.equal([
      { TableName: table, Key: pointerKey, ConsistentRead: true },
      { TableName: table, Key: activationKey('i1'), ConsistentRead: true },
    ]);
    through.destroy();
    await proxy.close();
  });

  /** A database that answers every call with this error. */
  async function refusing<T>(
    type: string,
    more: object,
    work: (client: DynamoDBClient) => Promise<T>,
  ): Promise<T> {
    const server = createServer((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...more }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const away = plainClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      return await work(away);
    } finally {
      away.destroy();
      server.closeAllConnections();
      server.close();
    }
  }

  it('asks to look again when it met another transaction', async () => {
    const reasons = { CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }] };
    expect(
      await refusing('TransactionCanceledException', reasons, (away) =>
        createCommits(away, table).advance(full),
      ),
    ).to.equal(false);
  });

  it('is an error when the database refuses it for any other reason', async () => {
    const failure = await refusing('ResourceNotFoundException', { message: 'no table' }, (away) =>
      createCommits(away, table)
        .advance(full)
        .catch((error: Error) => error.name),
    );
    expect(failure).to.equal('ResourceNotFoundException');
  });
});
