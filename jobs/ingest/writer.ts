import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../data/dynamodb/errors.ts';
import { untilProcessed } from '../../data/dynamodb/unprocessed.ts';

/** DynamoDB's limit for one BatchWriteItem. */
const itemsInBatch = 25;
const batchesInFlight = 8;
/** Rounds without any progress, about a minute, after which the table counts as unavailable. */
const maxRounds = 20;

/** Puts and removes items, many at a time. Putting an item again changes nothing, so after a crash another run may write them all. */
export interface ItemWriter {
  /** @returns a promise that the caller must wait for, when eight batches are being written */
  put(item: Item): Promise<void> | undefined;
  /** Removes an item; else like `put`. */
  remove(key: Item): Promise<void> | undefined;
  /** Waits until everything is written. @throws the first error of any write */
  flush(): Promise<void>;
}

export function createItemWriter(client: DynamoDBClient, table: string): ItemWriter {
  const inFlight = new Set<Promise<void>>();
  let items: WriteRequest[] = [];
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
    put: (Item) => add({ PutRequest: { Item } }),
    remove: (Key) => add({ DeleteRequest: { Key } }),
    async flush() {
      if (items.length > 0) send();
      await Promise.all(inFlight);
      if (failure) throw failure;
    },
  };

  function add(request: WriteRequest): Promise<void> | undefined {
    items.push(request);
    if (items.length < itemsInBatch) return undefined;
    send();
    return inFlight.size >= batchesInFlight ? room() : undefined;
  }
}

function write(client: DynamoDBClient, table: string, requests: readonly WriteRequest[]): Promise<void> {
  return untilProcessed(
    requests,
    async (left) => {
      const RequestItems = { [table]: [...left] };
      const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems }));
      return (UnprocessedItems?.[table] ?? []) as WriteRequest[];
    },
    maxRounds,
  );
}
