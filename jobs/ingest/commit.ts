import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamoDBClient, type Put, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { conditional, type Item, isTransactionConflict } from '../../data/dynamodb/errors.ts';
import { type Pointer, pointerItem } from '../../data/rates/pointer.ts';

/** Milliseconds, at most, before a commit that others came before is tried again. */
const longestPause = 100;

/**
 * Replaces the pointer, and writes `item` along with it when that is not there yet: both or neither, and only while the
 * pointer is at the revision before.
 * @returns whether it was done; if not, others came first: look again and decide anew
 */
export async function advance(
  client: DynamoDBClient,
  table: string,
  next: Pointer,
  item: Item | undefined,
): Promise<boolean> {
  const before = next.revision - 1;
  const pointer: Put = {
    TableName: table,
    Item: pointerItem(next),
    ...(before === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'revision = :before',
          ExpressionAttributeValues: { ':before': { N: String(before) } },
        }),
  };
  const along = item && { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' };
  try {
    const result = await conditional(
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Put: pointer }, ...(along ? [{ Put: along }] : [])],
        }),
      ),
    );
    if (!('item' in result)) return true;
  } catch (error) {
    if (!isTransactionConflict(error)) throw error;
  }
  await sleep(Math.random() * longestPause);
  return false;
}
