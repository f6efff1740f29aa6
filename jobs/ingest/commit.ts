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

/** The longest pause, in milliseconds, after another commit came first. Random pauses keep writers from meeting again. */
const longestPause = 100;

/** How a file of locations was settled: it was activated, or it is a duplicate of the file that was active already. */
export interface Activation {
  readonly duplicateOf: string | undefined;
}

/** The writes that decide what readers see. Each takes effect once, even if the job runs several times. */
export interface Commits {
  /**
   * Replaces the pointer and writes `item`, both in one transaction, on condition that the pointer is still at the
   * revision before and the item does not exist.
   * @returns whether it was written. If not, another commit came first: read the pointer again and decide anew
   */
  advance(next: Pointer, item?: Item): Promise<boolean>;
  activation(ingestId: string): Promise<Activation | undefined>;
  /** Settles the file as a duplicate, so that a late second run cannot activate its locations over newer ones. */
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
