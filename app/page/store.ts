import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { conditional, type Item } from '../dynamodb/errors.ts';
import type { IfMatch } from '../etag.ts';
import { coalesce } from './coalesce.ts';

/** The saved string. `version` counts its changes; 0 means that none was ever saved. */
export interface SavedString {
  readonly string: string;
  readonly version: number;
  /** ISO 8601; null at version 0. */
  readonly updated_at: string | null;
}

export interface PageStore {
  /** Linearizable: at least as new as every change that was acknowledged before the call. */
  read(): Promise<SavedString>;
  /** @returns undefined when `ifMatch` names no current version. */
  write(string: string, ifMatch: IfMatch): Promise<SavedString | undefined>;
}

const initial: SavedString = { string: 'dynamic string', version: 0, updated_at: null };

export function createPageStore(client: DynamoDBClient, table: string): PageStore {
  const Key = { id: { S: 'page' } };

  const read = coalesce(async () => {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    return fromItem(Item);
  });

  async function write(string: string, ifMatch: IfMatch): Promise<SavedString | undefined> {
    const condition = versionCondition(ifMatch);
    if (condition === 'never') return undefined;
    const result = await conditional(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key,
          UpdateExpression: 'SET #string = :string, updated_at = :now ADD version :one',
          ...(condition ? { ConditionExpression: condition.expression } : {}),
          ExpressionAttributeNames: { '#string': 'string' },
          ExpressionAttributeValues: {
            ':string': { S: string },
            ':now': { S: new Date().toISOString() },
            ':one': { N: '1' },
            ...condition?.values,
          },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return 'Attributes' in result ? fromItem(result.Attributes) : undefined;
  }

  return { read, write };
}

function versionCondition(ifMatch: IfMatch): { expression: string; values: Item } | 'never' | undefined {
  // The page always exists, if only as its initial string, so `*` matches always.
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const versions = [...new Set(ifMatch)].filter((tag) => /^(0|[1-9][0-9]{0,15})$/.test(tag)).slice(0, 50);
  if (versions.length === 0) return 'never';
  const values = Object.fromEntries(versions.map((version, i) => [`:v${i}`, { N: version }]));
  const alternatives = versions.map((version, i) =>
    version === '0' ? `(attribute_not_exists(version) OR version = :v${i})` : `version = :v${i}`,
  );
  return { expression: alternatives.join(' OR '), values };
}

function fromItem(item: Item | undefined): SavedString {
  if (!item) return initial;
  return {
    string: item.string?.S ?? initial.string,
    version: Number(item.version?.N ?? 0),
    updated_at: item.updated_at?.S ?? null,
  };
}
