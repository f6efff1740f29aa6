import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  type Put,
  PutItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { conditional, type Item, transactionMayBeRepeated } from '../../data/dynamodb/errors.ts';
import { type Build, buildItem, type Draft, draftItem } from '../../data/rates/drafts.ts';
import {
  activationKey,
  batchPartition,
  buildPartition,
  draftPartition,
  firstOfList,
  type Key,
  key,
  locationsPartition,
  pointerKey,
  retiredPartition,
  unknownPartition,
} from '../../data/rates/items.ts';
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
   * Replaces the pointer and makes the writes `along`, all in one transaction, on condition that the pointer is still at
   * the revision before.
   * @returns whether it was written. If not, another commit came first, or a condition of `along` did not hold: read again
   * and decide anew
   */
  advance(next: Pointer, along?: readonly TransactWriteItem[]): Promise<boolean>;
  /** Writes an item that must not exist yet. */
  create(item: Item): TransactWriteItem;
  put(item: Item): TransactWriteItem;
  /** Says of a batch that another one negates it; of each batch once. */
  reverse(id: string, reversedBy: string): TransactWriteItem;
  /** Removes a draft, on condition that it is still the same. */
  endDraft(draft: Draft): TransactWriteItem;
  endBuild(tree: string): TransactWriteItem;
  /** Says since when no new reader reads a tree; 0 for one that was never active. */
  retire(tree: string, at: number): TransactWriteItem;
  putDraft(draft: Draft): Promise<void>;
  putBuild(build: Build): Promise<void>;
  /** @returns whether the draft was still the same, and is gone now */
  dropDraft(draft: Draft): Promise<boolean>;
  /** Says that a tree is known to be dead since then, unless something says so already. */
  noteRetired(tree: string, at: number): Promise<void>;
  /** Removes what is said of a tree, once nothing is left of it. */
  forgetTree(tree: string): Promise<void>;
  noteUnknown(batch: string, at: number): Promise<void>;
  forgetUnknown(batch: string): Promise<void>;
  /** A condition that a list of locations is there, and that no sweep is about to remove it. */
  listIsInUse(content: string): TransactWriteItem;
  /**
   * Says that a list of locations is unused since then, unless something says so already. No tree may name it at this
   * revision of the pointer.
   * @returns whether it is said; not if the pointer was replaced meanwhile
   */
  markUnused(content: string, at: number, revision: number): Promise<boolean>;
  /**
   * Removes the items of a list that is unused since then, the first item last. No tree may name it at this revision of the
   * pointer.
   * @returns whether all are gone; not if the pointer was replaced, or the list was written again
   */
  removeList(content: string, sorts: readonly string[], since: number, revision: number): Promise<boolean>;
  activation(ingestId: string): Promise<Activation | undefined>;
  /** Settles the file as a duplicate, so that a late second run cannot activate its locations over newer ones. */
  noteDuplicate(ingestId: string, of: string | undefined): Promise<void>;
}

export function createCommits(client: DynamoDBClient, TableName: string): Commits {
  const ifNew = { TableName, ConditionExpression: 'attribute_not_exists(pk)' };
  const put = (Item: Item) => client.send(new PutItemCommand({ TableName, Item }));

  const remove = (Key: Key) => client.send(new DeleteItemCommand({ TableName, Key }));

  /** @returns whether all conditions held, and no other transaction was at the items */
  async function together(TransactItems: TransactWriteItem[]): Promise<boolean> {
    try {
      return !('item' in (await conditional(client.send(new TransactWriteItemsCommand({ TransactItems })))));
    } catch (error) {
      if (transactionMayBeRepeated(error)) return false;
      throw error;
    }
  }

  async function advance(next: Pointer, along: readonly TransactWriteItem[] = []): Promise<boolean> {
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
    if (await together([{ Put: pointer }, ...along])) return true;
    await sleep(Math.random() * longestPause);
    return false;
  }

  const pointerIsAt = (revision: number) => ({
    ConditionCheck: {
      TableName,
      Key: pointerKey,
      ConditionExpression: 'revision = :revision',
      ExpressionAttributeValues: { ':revision': { N: String(revision) } },
    },
  });

  async function markUnused(content: string, at: number, revision: number): Promise<boolean> {
    const mark = {
      TableName,
      Key: firstOfList(content),
      UpdateExpression: 'SET unused_since = if_not_exists(unused_since, :at)',
      ExpressionAttributeValues: { ':at': { N: String(at) } },
    };
    return together([{ Update: mark }, pointerIsAt(revision)]);
  }

  async function removeList(
    content: string,
    sorts: readonly string[],
    since: number,
    revision: number,
  ): Promise<boolean> {
    const first = firstOfList(content);
    const isUnused = {
      TableName,
      Key: first,
      ConditionExpression: 'unused_since = :since',
      ExpressionAttributeValues: { ':since': { N: String(since) } },
    };
    for (const sort of sorts.filter((each) => each !== first.sk.S)) {
      const Delete = { TableName, Key: key(locationsPartition(content), sort) };
      if (!(await together([{ Delete }, { ConditionCheck: isUnused }, pointerIsAt(revision)]))) return false;
    }
    return together([{ Delete: isUnused }, pointerIsAt(revision)]);
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

  return {
    advance,
    create: (Item) => ({ Put: { ...ifNew, Item } }),
    put: (Item) => ({ Put: { TableName, Item } }),
    reverse: (id, reversedBy) => ({
      Update: {
        TableName,
        Key: key(batchPartition, id),
        UpdateExpression: 'SET reversed_by = :by',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(reversed_by)',
        ExpressionAttributeValues: { ':by': { S: reversedBy } },
      },
    }),
    endDraft: (draft) => ({
      Delete: { TableName, Key: key(draftPartition, draft.ingest), ...sameDraft(draft) },
    }),
    endBuild: (tree) => ({ Delete: { TableName, Key: key(buildPartition, tree) } }),
    retire: (tree, at) => ({
      Put: { TableName, Item: { ...key(retiredPartition, tree), at: { N: String(at) } } },
    }),
    putDraft: async (draft) => void (await put(draftItem(draft))),
    putBuild: async (build) => void (await put(buildItem(build))),
    dropDraft: async (draft) => {
      const Key = key(draftPartition, draft.ingest);
      const result = await conditional(
        client.send(new DeleteItemCommand({ TableName, Key, ...sameDraft(draft) })),
      );
      return !('item' in result);
    },
    noteRetired: async (tree, at) => {
      const Item = { ...key(retiredPartition, tree), at: { N: String(at) } };
      await conditional(client.send(new PutItemCommand({ ...ifNew, Item })));
    },
    forgetTree: async (tree) => {
      for (const Key of [key(buildPartition, tree), key(retiredPartition, tree)]) await remove(Key);
    },
    noteUnknown: async (batch, at) =>
      void (await put({ ...key(unknownPartition, batch), at: { N: String(at) } })),
    forgetUnknown: async (batch) => void (await remove(key(unknownPartition, batch))),
    listIsInUse: (content) => ({
      ConditionCheck: {
        TableName,
        Key: firstOfList(content),
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(unused_since)',
      },
    }),
    markUnused,
    removeList,
    activation,
    noteDuplicate,
  };
}

/** A condition that a draft's names are still these. Names are used once, so they say all. */
function sameDraft({ adds, reversal }: Draft) {
  const names = { adds_batch: adds?.batch, reversal_batch: reversal?.batch };
  const given = Object.entries(names).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    ConditionExpression: given.map(([name]) => `${name} = :${name}`).join(' AND '),
    ExpressionAttributeValues: Object.fromEntries(given.map(([name, S]) => [`:${name}`, { S }])),
  };
}
