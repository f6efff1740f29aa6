import {
  type DynamoDBClient,
  GetItemCommand,
  ScanCommand,
  type ScanCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { conditional, type Item } from '../../data/dynamodb/errors.ts';
import { listedPart, type Player, publicProperties } from '../users/player.ts';
import { publicCopy, readPublicCopy } from '../users/public-copy.ts';
import { shareScans } from './shared-scans.ts';

/** A page of the list. */
export interface PlayerPage {
  readonly items: Player[];
  /** Where the next page begins: after this username, and in the index if it begins with `indexMark`. */
  readonly last: string | undefined;
}

/** Read units a second that the lists of a task take: at 24 tasks, a quarter of what a new table gives. */
export const listReadUnitsPerSecond = 125;

/** Begins a position in the index, whose order need not be the table's. No username begins with it. */
export const indexMark = '=';

/** Most copies that one page writes. A write takes the units of the whole user, and the next page waits for them. */
export const mostRenewals = 4;

/** DynamoDB's answers while the index is being made, and while the permission to read it is not yet in force. */
const indexIsMissing = ['ValidationException', 'AccessDeniedException'];

const names = {
  '#name': 'name',
  ...Object.fromEntries(publicProperties.map((key, i) => [`#p${i}`, key])),
};
const publicAttributes = [
  'username',
  'revision',
  '#name',
  ...publicProperties.map((_, i) => `properties.#p${i}`),
];

/**
 * The list of the users that have a team. It is read from an index that holds a copy of each user's public part. A copy that
 * an earlier release left out of date is read from the user, and written anew. Until the index is there, the users are read.
 * Viewers of the same page share it, and all lists of a task together keep to a rate.
 */
export function createPlayerList(client: DynamoDBClient, usersTable: string) {
  const share = shareScans<PlayerPage>({ unitsPerSecond: listReadUnitsPerSecond });

  async function scan(Limit: number, after: string | undefined, more: Partial<ScanCommandInput>) {
    const { Items, LastEvaluatedKey, ConsumedCapacity } = await client.send(
      new ScanCommand({
        TableName: usersTable,
        ReturnConsumedCapacity: 'TOTAL',
        Limit,
        ...more,
        ...(after ? { ExclusiveStartKey: { username: { S: after } } } : {}),
      }),
    );
    return { items: Items ?? [], last: LastEvaluatedKey?.username?.S, units: unitsOf(ConsumedCapacity) };
  }

  async function scanTable(limit: number, after: string | undefined) {
    const { items, last, units } = await scan(limit, after, {
      ProjectionExpression: publicAttributes.join(', '),
      ExpressionAttributeNames: names,
    });
    return { result: { items: items.flatMap((item) => listedPart(userOf(item)) ?? []), last }, units };
  }

  async function scanIndex(limit: number, after: string | undefined) {
    const { items, last, units } = await scan(limit, after, { IndexName: 'public' });
    const outOfDate = items.filter((item) => !readPublicCopy(item)).map(({ username }) => username?.S);
    const read = await Promise.all(
      items.map(async (item) => {
        const copy = readPublicCopy(item);
        if (copy) return { ...copy, units: 0 };
        const username = item.username?.S ?? '';
        return readUser(username, outOfDate.indexOf(username) < mostRenewals);
      }),
    );
    return {
      result: {
        items: read.flatMap(({ player }) => player ?? []),
        last: last === undefined ? undefined : indexMark + last,
      },
      units: read.reduce((sum, one) => sum + one.units, units),
    };
  }

  async function readUser(username: string, renew: boolean) {
    const { Item, ConsumedCapacity } = await client.send(
      new GetItemCommand({
        TableName: usersTable,
        Key: { username: { S: username } },
        ReturnConsumedCapacity: 'TOTAL',
        ProjectionExpression: publicAttributes.join(', '),
        ExpressionAttributeNames: names,
      }),
    );
    const read = unitsOf(ConsumedCapacity);
    if (!Item) return { player: undefined, units: read };
    // The answer is right without the write, which the next view of the page tries again.
    const written = renew ? await writeCopy(Item).catch(() => 0) : 0;
    return { player: listedPart(userOf(Item)), units: read + written };
  }

  /** Only to the revision that was read: a user who was changed or deleted since stays as they are. */
  async function writeCopy(item: Item): Promise<number> {
    const revision = item.revision?.S ?? '';
    const result = await conditional(
      client.send(
        new UpdateItemCommand({
          TableName: usersTable,
          Key: { username: item.username ?? { S: '' } },
          ReturnConsumedCapacity: 'TOTAL',
          UpdateExpression: 'SET #public = :public',
          ConditionExpression: 'revision = :revision',
          ExpressionAttributeNames: { '#public': 'public' },
          ExpressionAttributeValues: {
            ':public': publicCopy(userOf(item), revision),
            ':revision': { S: revision },
          },
        }),
      ),
    );
    return 'item' in result ? 1 : unitsOf(result.ConsumedCapacity);
  }

  async function page(limit: number, after: string | undefined) {
    if (after?.startsWith(indexMark)) return scanIndex(limit, after.slice(indexMark.length));
    // A position in the table: a caller who began there goes on there, since another order could leave out users.
    if (after) return scanTable(limit, after);
    try {
      return await scanIndex(limit, undefined);
    } catch (error) {
      if (!(error instanceof Error && indexIsMissing.includes(error.name))) throw error;
      return scanTable(limit, undefined);
    }
  }

  return (limit: number, after: string | undefined): Promise<PlayerPage> =>
    share(`${limit} ${after ?? ''}`, () => page(limit, after));
}

function unitsOf(capacity: { CapacityUnits?: number | undefined } | undefined): number {
  return capacity?.CapacityUnits ?? 1;
}

function userOf(item: Item) {
  const properties = Object.entries(item.properties?.M ?? {}).map(
    ([key, { S }]) => [key, S ?? 'null'] as const,
  );
  return { username: item.username?.S ?? '', name: item.name?.S, properties: Object.fromEntries(properties) };
}
