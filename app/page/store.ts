import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { unitBytes } from '../../contract/capacity.ts';
import {
  ContentionError,
  conditional,
  type Item,
  isTransactionConflict,
} from '../../data/dynamodb/errors.ts';
import { databaseTime, requestContext } from '../../data/request-context.ts';
import { type IfMatch, matches } from '../etag.ts';
import { coalesce } from './coalesce.ts';
import { moveOlderWrites } from './older-writes.ts';

/** The saved string. `version` counts its changes; 0 means that none was ever saved. */
export interface SavedString {
  readonly string: string;
  readonly version: number;
  /** ISO 8601; null at version 0. */
  readonly updated_at: string | null;
}

export interface PageStore {
  /** The string, at least as new as every change that was acknowledged before the call (linearizable). */
  read(): Promise<SavedString>;
  /** @returns undefined when `ifMatch` does not name the current version. */
  write(string: string, ifMatch: IfMatch): Promise<SavedString | undefined>;
}

interface Stored {
  readonly saved: SavedString;
  /** Ids of writes of older releases (see `moveOlderWrites`). */
  readonly writes: readonly string[];
  /** What a read of the item costs. DynamoDB counts fewer bytes than there are in JSON. */
  readonly units: number;
}

const initial: SavedString = { string: 'dynamic string', version: 0, updated_at: null };

/** Tries of a write while other writers keep changing the string first. */
const maxTries = 50;
/**
 * DynamoDB knows a transaction by its token for ten minutes, in milliseconds:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const tokenLifetime = 600_000;

interface Options {
  /** DynamoDB's read units a second that this task takes at the most. An item gives 3,000 to all tasks together. */
  readonly pageReadUnitsPerSecond: number;
  /** The time in milliseconds; tests have their own. @default the system's */
  readonly now?: () => number;
}

export function createPageStore(client: DynamoDBClient, table: string, options: Options): PageStore {
  const { pageReadUnitsPerSecond, now = Date.now } = options;
  const Key = { id: { S: 'page' } };

  async function readItem() {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    return fromItem(Item);
  }

  // Callers share a read. It runs outside of their contexts, or the request that sent it would count its time twice.
  const shared = coalesce(() => requestContext.exit(readItem), {
    rest: ({ units }) => (units / pageReadUnitsPerSecond) * 1000,
  });
  const read = () => databaseTime(shared());

  /**
   * Each version is written on condition of the one before, and in a transaction of its own: DynamoDB knows that by its
   * token when it is sent again because its answer was lost, however many others wrote meanwhile. A blind write that is
   * repeated could undo theirs, and one with `If-Match` would take its own first try for another's write.
   */
  async function write(string: string, ifMatch: IfMatch): Promise<SavedString | undefined> {
    let before = await read();
    for (let tries = 0; tries < maxTries; ) {
      if (!matches(ifMatch, String(before.saved.version))) return undefined;
      const version = before.saved.version + 1;
      const saved = { string, version, updated_at: new Date(now()).toISOString() };
      const command = writeCommand(saved, before);
      const start = now();
      let result: object | undefined;
      while (!result && tries++ < maxTries) result = await outcome(command);
      if (!result) break;
      if (!('item' in result)) return saved;
      // Once its token is forgotten, a write that is sent again cannot find out that it was done: the process stood still.
      if (now() - start > tokenLifetime) break;
      before = fromItem(result.item as Item | undefined);
    }
    throw new ContentionError('the saved string is being changed by too many at once');
  }

  /**
   * @returns undefined when another transaction was at the item. The same command must then be sent again, with its token:
   * an earlier try of it may still be under way, and a new one would not know that try's write for its own.
   */
  async function outcome(command: TransactWriteItemsCommand): Promise<object | undefined> {
    try {
      return await conditional(client.send(command));
    } catch (error) {
      if (isTransactionConflict(error)) return undefined;
      throw error;
    }
  }

  function writeCommand(
    { string, version, updated_at }: SavedString,
    { saved: before, writes: older }: Stored,
  ) {
    const writes = moveOlderWrites(older, now() - Date.parse(before.updated_at ?? ''));
    const rest = writes.length > 0 ? ', writes = :writes' : ' REMOVE writes';
    const isFirst = before.version === 0;
    const Update = {
      TableName: table,
      Key,
      UpdateExpression: `SET #string = :string, version = :version, updated_at = :now${rest}`,
      ConditionExpression: isFirst ? 'attribute_not_exists(version)' : 'version = :before',
      ExpressionAttributeNames: { '#string': 'string' },
      ExpressionAttributeValues: {
        ':string': { S: string },
        ':version': { N: String(version) },
        ':now': { S: updated_at as string },
        ...(writes.length > 0 ? { ':writes': { L: writes.map((S) => ({ S })) } } : {}),
        ...(isFirst ? {} : { ':before': { N: String(before.version) } }),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
    return new TransactWriteItemsCommand({ TransactItems: [{ Update }], ClientRequestToken: randomUUID() });
  }

  return { read: async () => (await read()).saved, write };
}

function fromItem(item: Item | undefined): Stored {
  if (!item) return { saved: initial, writes: [], units: 1 };
  return {
    saved: {
      string: item.string?.S ?? initial.string,
      version: Number(item.version?.N ?? 0),
      updated_at: item.updated_at?.S ?? null,
    },
    writes: (item.writes?.L ?? []).map((write) => write.S ?? ''),
    units: Math.ceil(Buffer.byteLength(JSON.stringify(item)) / unitBytes.read),
  };
}
