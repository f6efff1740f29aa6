import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ContentionError, conditional, type Item } from '../../data/dynamodb/errors.ts';
import { type IfMatch, matches } from '../etag.ts';
import { coalesce } from './coalesce.ts';

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

interface Stored extends SavedString {
  /** Ids of the latest writes, the current version's first. */
  readonly writes: readonly string[];
}

const initial: Stored = { string: 'dynamic string', version: 0, updated_at: null, writes: [] };

/** How many versions back a write finds itself when its answer was lost. Its retries take seconds. */
const rememberedWrites = 50;
/** Tries of a write while other writers keep changing the string first. */
const maxTries = 50;

/**
 * Read units a second that one task takes. An item gives 3,000 a second, so that twelve tasks, of which each reads without
 * a rest, would be throttled (docs/scale.md).
 */
const readUnitsPerSecond = 240;

export function createPageStore(client: DynamoDBClient, table: string): PageStore {
  const Key = { id: { S: 'page' } };

  const readItem = coalesce(
    async () => {
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item;
    },
    { rest: (item) => (readUnits(item) / readUnitsPerSecond) * 1000 },
  );
  const read = async () => fromItem(await readItem());

  /**
   * Each version is written on condition of the one before. A blind write that is repeated because its answer was lost
   * could undo what others wrote meanwhile, and one with `If-Match` would take its own first try for another's write.
   */
  async function write(string: string, ifMatch: IfMatch): Promise<SavedString | undefined> {
    // All ids are in the item, and a read is paid by its bytes: 50 of these are 0.6 KB, where UUIDs would be 2 KB.
    const id = randomBytes(8).toString('base64url');
    let before = await read();
    for (let tries = 0; tries < maxTries; tries++) {
      if (!matches(ifMatch, String(before.version))) return undefined;
      const after: Stored = {
        string,
        version: before.version + 1,
        updated_at: new Date().toISOString(),
        writes: [id, ...before.writes].slice(0, rememberedWrites),
      };
      const result = await conditional(client.send(updateCommand(after)));
      if (!('item' in result)) return visible(after);
      before = fromItem(result.item);
      const versionsSince = before.version - after.version;
      if (before.writes[versionsSince] === id) return visible(after);
      if (versionsSince >= rememberedWrites) break;
    }
    throw new ContentionError('the saved string is being changed by too many at once');
  }

  function updateCommand({ string, version, updated_at, writes }: Stored): UpdateItemCommand {
    const isFirst = version === 1;
    return new UpdateItemCommand({
      TableName: table,
      Key,
      UpdateExpression: 'SET #string = :string, version = :version, updated_at = :now, writes = :writes',
      ConditionExpression: isFirst ? 'attribute_not_exists(version)' : 'version = :before',
      ExpressionAttributeNames: { '#string': 'string' },
      ExpressionAttributeValues: {
        ':string': { S: string },
        ':version': { N: String(version) },
        ':now': { S: updated_at as string },
        ':writes': { L: writes.map((S) => ({ S })) },
        ...(isFirst ? {} : { ':before': { N: String(version - 1) } }),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  }

  return { read: async () => visible(await read()), write };
}

function visible({ string, version, updated_at }: Stored): SavedString {
  return { string, version, updated_at };
}

/** A unit is 4 KB of a strongly consistent read; DynamoDB counts fewer bytes than there are in JSON. */
function readUnits(item: Item | undefined): number {
  return Math.ceil(Buffer.byteLength(JSON.stringify(item ?? {})) / 4096);
}

function fromItem(item: Item | undefined): Stored {
  if (!item) return initial;
  return {
    string: item.string?.S ?? initial.string,
    version: Number(item.version?.N ?? 0),
    updated_at: item.updated_at?.S ?? null,
    writes: (item.writes?.L ?? []).map((write) => write.S ?? ''),
  };
}
