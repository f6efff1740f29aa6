import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../data/dynamodb/errors.ts';
import { type Player, publicProperties, toPlayer } from './player.ts';
import { shareScans } from './shared-scans.ts';

/** A page of the list. */
export interface PlayerPage {
  readonly items: Player[];
  /** The username that the next page begins after. */
  readonly last: string | undefined;
}

/** Read units a second that the lists of a task take: at 24 tasks, a quarter of what a new table gives. */
export const listReadUnitsPerSecond = 125;

/**
 * The list of the users that have a team. It is a scan of all users, of which most of what it reads is not public, so viewers of
 * the same page share it, and all lists of a task together keep to a rate.
 */
export function createPlayerList(client: DynamoDBClient, usersTable: string) {
  const share = shareScans<PlayerPage>({ unitsPerSecond: listReadUnitsPerSecond });

  async function scan(limit: number, after: string | undefined) {
    const properties = publicProperties.map((_, i) => `properties.#p${i}`);
    const { Items, LastEvaluatedKey, ConsumedCapacity } = await client.send(
      new ScanCommand({
        TableName: usersTable,
        ReturnConsumedCapacity: 'TOTAL',
        Limit: limit,
        FilterExpression: `attribute_exists(${properties[publicProperties.indexOf('team')]})`,
        ProjectionExpression: ['username', '#name', ...properties].join(', '),
        ExpressionAttributeNames: {
          '#name': 'name',
          ...Object.fromEntries(publicProperties.map((key, i) => [`#p${i}`, key])),
        },
        ...(after ? { ExclusiveStartKey: { username: { S: after } } } : {}),
      }),
    );
    const result = { items: (Items ?? []).map(publicPart), last: LastEvaluatedKey?.username?.S };
    return { result, units: ConsumedCapacity?.CapacityUnits ?? 1 };
  }

  return (limit: number, after: string | undefined): Promise<PlayerPage> =>
    share(`${limit} ${after ?? ''}`, () => scan(limit, after));
}

function publicPart(item: Item): Player {
  const properties = Object.entries(item.properties?.M ?? {}).map(([key, { S }]) => [key, S ?? 'null']);
  return toPlayer({
    username: item.username?.S ?? '',
    name: item.name?.S,
    properties: Object.fromEntries(properties),
  });
}
