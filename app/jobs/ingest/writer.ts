import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../dynamodb/errors.ts';

/** DynamoDB's limit for one BatchWriteItem. */
const itemsInBatch = 25;
const batchesInFlight = 8;
/** The first pause before items that were not processed are sent again; it doubles, up to the longest. In milliseconds. */
const firstPause = 50;
const longestPause = 5000;
/** Rounds without any progress after which the table is taken for unavailable: about a minute. */
const maxRounds = 20;

/** Puts items, many at a time. Putting an item again changes nothing, so a writer that died is followed by another. */
export interface ItemWriter {
  /** @returns a promise to wait for when enough is under way */
  put(item: Item): Promise<void> | undefined;
  /** Waits until everything is written. @throws the first error of any write */
  flush(): Promise<void>;
}

export function createItemWriter(client: DynamoDBClient, table: string): ItemWriter {
  const inFlight = new Set<Promise<void>>();
  let items: Item[] = [];
  let failure: unknown;

  function send(): void {
    const batch = items;
    items = [];
    const writing = write(client, table, batch).then(
      () => void inFlight.delete(writing),
      (error) => {
        failure ??= error;
        inFlight.delete(writing);
      },
    );
    inFlight.add(writing);
  }

  async function room(): Promise<void> {
    while (inFlight.size >= batchesInFlight) await Promise.race(inFlight);
    if (failure) throw failure;
  }

  return {
    put(item) {
      items.push(item);
      if (items.length < itemsInBatch) return undefined;
      send();
      return inFlight.size >= batchesInFlight ? room() : undefined;
    },
    async flush() {
      if (items.length > 0) send();
      await Promise.all(inFlight);
      if (failure) throw failure;
    },
  };
}

async function write(client: DynamoDBClient, table: string, items: readonly Item[]): Promise<void> {
  let left = items.map((Item) => ({ PutRequest: { Item } }));
  for (let round = 0; ; round++) {
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: left } }),
    );
    const unprocessed = (UnprocessedItems?.[table] ?? []) as typeof left;
    if (unprocessed.length === 0) return;
    if (unprocessed.length < left.length) round = 0;
    if (round >= maxRounds) throw new Error(`the table takes no more items: ${left.length} left of a batch`);
    left = unprocessed;
    // Full jitter: writers that were turned away together must not come back together.
    await sleep(Math.random() * Math.min(longestPause, firstPause * 2 ** round));
  }
}
