import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DynamoDBClient,
  GetItemCommand,
  type Put,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { conditional, type Item, isTransactionConflict } from '../../data/dynamodb/errors.ts';
import { activationKey } from '../../data/rates/items.ts';
import { type Pointer, pointerItem } from '../../data/rates/pointer.ts';

/** Milliseconds, at most, before a commit that others came before is tried again. */
const longestPause = 100;

/** What became of a file of locations: it was activated, or what it says was active already, from the file `duplicateOf`. */
export interface Activation {
  readonly duplicateOf: string | undefined;
}

/** The writes that decide what counts; each is done once, however often the job runs. */
export interface Commits {
  /**
   * Replaces the pointer, and writes `item` along with it when that is not there yet: both or neither, and only while
   * the pointer is at the revision before.
   * @returns whether it was done; if not, others came first: look again and decide anew
   */
  advance(next: Pointer, item?: Item): Promise<boolean>;
  activation(ingestId: string): Promise<Activation | undefined>;
  /** Remembers it: run again when other locations are active, this file must not bring its own back. */
  noteDuplicate(ingestId: string, of: string | undefined): Promise<void>;
}

export function createCommits(client: DynamoDBClient, TableName: string): Commits {
  const ifNew = { TableName, ConditionExpression: 'attribute_not_exists(pk)' };

  async function advance(next: Pointer, item?: Item): Promise<boolean> {
    const before = next.revision - 1;
    const pointer: Put = {
      ...(before === 0
        ? ifNew
        : {
            TableName,
            ConditionExpression: 'revision = :before',
            ExpressionAttributeValues: { ':before': { N: String(before) } },
          }),
      Item: pointerItem(next),
    };
    const along = item ? [{ Put: { ...ifNew, Item: item } }] : [];
    try {
      const TransactItems = [{ Put: pointer }, ...along];
      const result = await conditional(client.send(new TransactWriteItemsCommand({ TransactItems })));
      if (!('item' in result)) return true;
    } catch (error) {
      if (!isTransactionConflict(error)) throw error;
    }
    await sleep(Math.random() * longestPause);
    return false;
  }

  async function activation(ingestId: string): Promise<Activation | undefined> {
    const Key = activationKey(ingestId);
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    return Item && { duplicateOf: Item.duplicate_of?.S };
  }

  async function noteDuplicate(ingestId: string, of: string | undefined): Promise<void> {
    const Item = { ...activationKey(ingestId), ...(of === undefined ? {} : { duplicate_of: { S: of } }) };
    await conditional(client.send(new PutItemCommand({ ...ifNew, Item })));
  }

  return { advance, activation, noteDuplicate };
}
