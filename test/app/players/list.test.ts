import {
  CreateTableCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { createPlayerList, indexMark, mostRenewals } from '../../../app/players/list.ts';
import { toPlayer } from '../../../app/users/player.ts';
import { createUserStore } from '../../../app/users/store.ts';
import { tables as definitions } from '../../../contract/tables.ts';
import { databaseProxy } from '../../../local/aws/database-proxy.ts';
import { createTable } from '../../../local/aws/tables.ts';
import { plainClient } from '../../support/clients.ts';
import { emulator } from '../../support/emulator.ts';
import { freshTables } from '../../support/tables.ts';

/** A user as releases wrote them before there were copies. */
const putOld = (
  client: DynamoDBClient,
  users: string,
  username: string,
  properties: object,
  revision = '1',
) =>
  client.send(
    new PutItemCommand({
      TableName: users,
      Item: {
        username: { S: username },
        properties: { M: { ...properties } },
        created_at: { S: '2026-01-01T00:00:00.000Z' },
        updated_at: { S: '2026-01-01T00:00:00.000Z' },
        revision: { S: revision },
      },
    }),
  );

const everyPage = async (list: ReturnType<typeof createPlayerList>, limit: number) => {
  const seen: string[] = [];
  let last: string | undefined;
  do {
    const page = await list(limit, last);
    seen.push(...page.items.map(({ username, team }) => `${username} ${team}`));
    last = page.last;
  } while (last !== undefined);
  return seen.sort();
};

describe('the list of players', () => {
  let client: DynamoDBClient;
  let proxy: Awaited<ReturnType<typeof databaseProxy>>;
  let tables: Awaited<ReturnType<typeof freshTables>>;
  let users: string;
  const operations = () => proxy.calls.map(({ operation }) => operation).sort();

  beforeEach(async () => {
    const { endpoint } = await emulator();
    tables = await freshTables(endpoint);
    users = tables.users;
    proxy = await databaseProxy(endpoint);
    client = plainClient(proxy.endpoint);
  });
  afterEach(async () => {
    client.destroy();
    await proxy.close();
  });

  it('costs one scan for all who look at a page at once, of the index alone', async () => {
    const store = createUserStore(client, users, tables.streams);
    await store.create('ann', { properties: { team: '"North"', salary: '5' } });
    await store.create('bob', { properties: {} });
    proxy.reset();
    const list = createPlayerList(client, users);
    const pages = await Promise.all([
      ...Array.from({ length: 50 }, () => list(25, undefined)),
      list(25, `${indexMark}ann`),
    ]);
    const [first] = pages;
    expect(first?.items.map(({ username, team }) => [username, team])).to.deep.equal([['ann', 'North']]);
    for (const page of pages.slice(0, 50)) expect(page).to.equal(first);
    expect(operations()).to.deep.equal(['Scan', 'Scan']);
    for (const { body } of proxy.calls)
      expect(JSON.parse(body)).to.include({ ReturnConsumedCapacity: 'TOTAL', IndexName: 'public' });
  });

  it('reads users of earlier releases themselves, and copies a few of them at each view', async () => {
    const names = Array.from({ length: mostRenewals + 2 }, (_, i) => `user-${i}`);
    for (const name of names) await putOld(client, users, name, { team: { S: '"North"' } });
    const list = createPlayerList(client, users);
    const expected = names.map((name) => `${name} North`);
    const readThemselves: number[] = [];
    for (let view = 0; view < 3; view++) {
      proxy.reset();
      expect(await everyPage(list, 25)).to.deep.equal(expected);
      readThemselves.push(operations().filter((operation) => operation === 'GetItem').length);
    }
    expect(readThemselves).to.deep.equal([mostRenewals + 2, 2, 0]);
  });

  it('writes a copy for no user who was deleted or changed since it read them', async () => {
    for (const change of ['delete', 'patch']) {
      await putOld(client, users, change, { team: { S: '"North"' } });
      const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
      const between = {
        send: async (command: unknown) => {
          if (command instanceof UpdateItemCommand)
            await (change === 'delete'
              ? send(new DeleteItemCommand({ TableName: users, Key: { username: { S: change } } }))
              : putOld(client, users, change, { team: { S: '"South"' } }, '2'));
          return send(command);
        },
      } as unknown as DynamoDBClient;
      await createPlayerList(between, users)(25, undefined);
      const Key = { username: { S: change } };
      const { Item } = await client.send(new GetItemCommand({ TableName: users, Key }));
      expect(Item?.public, change).to.equal(undefined);
      expect(Item?.revision?.S, change).to.equal(change === 'delete' ? undefined : '2');
    }
  });

  it('goes on in the table where a position of it is given, and while there is no index', async () => {
    const name = `${users}-old`;
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'username', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'username', KeyType: 'HASH' }],
      }),
    );
    const all = ['ann', 'bob', 'cid'];
    for (const user of all) await putOld(client, name, user, { team: { S: '"North"' } });
    const list = createPlayerList(client, name);
    const expected = all.map((user) => `${user} North`);
    expect(await everyPage(list, 2)).to.deep.equal(expected);
    const first = await list(2, undefined);
    expect(first.last).to.not.match(new RegExp(`^${indexMark}`));
    // The release that has the index comes in the middle.
    await createTable(client, name, definitions.users);
    const second = await list(2, first.last);
    const seen = [...first.items, ...second.items].map(({ username, team }) => `${username} ${team}`);
    expect(seen.sort()).to.deep.equal(expected);
    expect((await list(2, undefined)).last).to.match(new RegExp(`^${indexMark}`));
    expect(await everyPage(list, 2)).to.deep.equal(expected);
  });

  it('agrees with the users over a random history, an earlier release beside it', async () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    const store = createUserStore(client, users, tables.streams);
    const list = createPlayerList(client, users);
    const names = ['ann', 'bob', 'cid', 'dan', 'eve'];
    const team = () => `"T${random(9)}"`;
    /** What a release does that knows nothing of copies: it writes one property, and leaves the copy as it was. */
    const setByOldRelease = (username: string, revision: string) =>
      client
        .send(
          new UpdateItemCommand({
            TableName: users,
            Key: { username: { S: username } },
            UpdateExpression: 'SET properties.team = :team, revision = :revision',
            ConditionExpression: 'attribute_exists(username)',
            ExpressionAttributeValues: { ':team': { S: team() }, ':revision': { S: revision } },
          }),
        )
        .catch(() => {});
    for (let step = 0; step < 120; step++) {
      const name = names[random(names.length)] as string;
      const changes = [
        () => store.create(name, { properties: { team: team() } }),
        () => store.delete(name, undefined),
        () => store.setProperty(name, 'team', team()),
        () => store.deleteProperty(name, 'team'),
        () => store.update(name, undefined, (user) => ({ ...user, name: `N${step}` })),
        () => setByOldRelease(name, `old-${step}`),
        () => putOld(client, users, name, { team: { S: team() } }, `old-${step}`),
      ];
      await changes[random(changes.length)]?.();
      const stored = await Promise.all(names.map((username) => store.read(username)));
      const expected = stored
        .flatMap((user) => (user && Object.hasOwn(user.properties, 'team') ? [toPlayer(user)] : []))
        .map((player) => `${player.username} ${player.team}`);
      expect(await everyPage(list, 1 + random(5)), `step ${step}`).to.deep.equal(expected.sort());
    }
  });
});
