import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { moveOlderWrites } from '../../../app/page/older-writes.ts';
import { createPageStore } from '../../../app/page/store.ts';
import { conditional, type Item } from '../../../data/dynamodb/errors.ts';
import { plainClient } from '../../support/clients.ts';
import { freshTables } from '../../support/tables.ts';

const longAgo = 600_001;

describe('the writes of older releases in the page', () => {
  const moves: [string, string[], number, string[]][] = [
    ['none', [], 0, []],
    ['one', ['a'], 0, ['', 'a']],
    ['some, of which ours are without an id', ['a', '', 'b', ''], 0, ['', 'a', '', 'b']],
    ['those of an unknown time', ['a'], Number.NaN, ['', 'a']],
    ['those of a task whose clock is ahead', ['a'], -5000, ['', 'a']],
    ['those that are ten minutes old', ['a'], 600_000, ['', 'a']],
    ['those that are older, which are not repeated any more', ['a', 'b'], longAgo, []],
    ['as many as an older release looks through', Array(50).fill('a'), 0, ['', ...Array(49).fill('a')]],
    ['the last one, out of reach of an older release', [...Array(49).fill(''), 'a'], 0, []],
  ];
  for (const [name, before, age, after] of moves)
    it(`move by one: ${name}`, () => expect(moveOlderWrites(before, age)).to.deep.equal(after));

  let client: DynamoDBClient;
  let table: string;
  before(async () => {
    const tables = await freshTables();
    client = plainClient(tables.endpoint);
    table = tables.page;
  });
  after(() => client.destroy());

  const Key = { id: { S: 'page' } };
  const item = async () =>
    (await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))).Item ?? {};
  const versionOf = ({ version }: Item) => Number(version?.N ?? 0);
  const writesOf = ({ writes }: Item) => writes?.L?.map(({ S }) => S ?? '') ?? [];

  /** A write as releases up to 1.0 send it: to the version after `before`, with its id in front of those before. */
  function older(string: string, before: Item, id: string) {
    return conditional(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key,
          UpdateExpression: 'SET #string = :string, version = :version, updated_at = :now, writes = :writes',
          ConditionExpression: 'attribute_not_exists(version) OR version = :before',
          ExpressionAttributeNames: { '#string': 'string' },
          ExpressionAttributeValues: {
            ':string': { S: string },
            ':version': { N: String(versionOf(before) + 1) },
            ':before': { N: String(versionOf(before)) },
            ':now': { S: new Date().toISOString() },
            ':writes': { L: [id, ...writesOf(before)].slice(0, 50).map((S) => ({ S })) },
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
  }

  it('are found by a task of such a release that repeats a write, whatever this release wrote since', async () => {
    const store = createPageStore(client, table, { pageReadUnitsPerSecond: 3000 });
    for (const between of [1, 2, 49]) {
      await older('of another task', await item(), 'another');
      const before = await item();
      await older('theirs', before, 'theirs');
      for (let i = 0; i < between; i++) await store.write(`ours ${i}`, undefined);
      const repeated = (await older('theirs', before, 'theirs')) as { item: Item };
      const versionsSince = versionOf(repeated.item) - versionOf(before) - 1;
      expect(writesOf(repeated.item)[versionsSince]).to.equal('theirs');
      expect(await store.read()).to.include({ string: `ours ${between - 1}` });
    }
    await store.write('ours', undefined);
    await store.write('ours again', undefined);
    expect(await item()).not.to.have.property('writes');
  });
});
