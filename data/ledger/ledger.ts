import { randomUUID } from 'node:crypto';
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type IngestState, ingestListing, partsKeptDays } from '../../contract/ingest.ts';
import { ContentionError, conditional, type Item } from '../dynamodb/errors.ts';
import { newestIn, type PageOptions, type Position } from '../dynamodb/query.ts';
import { type Counts, fromItem, type Ingest, type Outcome, toItem } from './ingest.ts';

/**
 * The job's side of the ledger: every write is on condition that the execution still holds the claim, and answers
 * false when it does not. A job that hears false has been replaced or given up, or an earlier attempt has settled the
 * file: it should stop, write no more and exit 0. Each of them may be repeated.
 */
export interface Run {
  start(): Promise<boolean>;
  /** Sets the counts so far. */
  progress(counts: Counts): Promise<boolean>;
  /** Settles the file. */
  finish(outcome: Outcome): Promise<boolean>;
  /** Leaves a word on why this attempt will exit non-zero; without it the ledger could only say that it did. */
  note(reason: string): Promise<boolean>;
}

export interface Ledger {
  /** Writes a file that is about to be uploaded; it is forgotten after eight days unless it arrives. */
  announce(ingest: Parameters<typeof toItem>[0]): Promise<void>;
  read(id: string): Promise<Ingest | undefined>;
  /** Newest first. */
  list(
    state: IngestState | undefined,
    options: PageOptions,
  ): Promise<{ items: Ingest[]; last: Position | undefined }>;
  /**
   * Makes a failed or rejected file claimable again, its former outcome forgotten. A file that waits unclaimed stays
   * as it is, so that a retry whose start got lost can be asked for again.
   * @returns undefined when the file is neither.
   */
  requeue(id: string): Promise<Ingest | undefined>;
  /** Gives up the claim of an execution that is no more. @returns whether it held it, unsettled. */
  abandon(id: string, execution: string): Promise<boolean>;
  run(id: string, execution: string): Run;
}

/** Seconds after which a file that never arrived is forgotten. */
const announcedFor = (partsKeptDays + 1) * 86_400;

/** How often a retry is tried anew when the file changes between the look at it and the write. */
const maxTries = 10;

/** A state as an attribute. */
const word = (S: IngestState) => ({ S });

export const noCounts: Counts = { rows_read: 0, rows_accepted: 0, rows_rejected: 0 };

/**
 * One item per file. Claiming a file, and marking it failed, is the state machine's part: workflows/ingest.ts has
 * those two writes; all others are here.
 */
export function createLedger(client: DynamoDBClient, table: string): Ledger {
  /**
   * Conditions name `#state` and `#execution`; every attribute goes by a placeholder, since many are reserved words.
   * @returns the item as it is afterwards, or undefined when the condition did not hold.
   */
  async function update(
    id: string,
    assignments: Item,
    condition: string,
    values: Item,
    { remove = [] }: { remove?: readonly string[] } = {},
  ) {
    const names = Object.keys(assignments);
    const placeholders = ['state', 'execution', ...names, ...remove];
    const result = await conditional(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { id: { S: id } },
          UpdateExpression: [
            `SET updated_at = :now${names.map((name) => `, #${name} = :${name}`).join('')}`,
            remove.length > 0 ? `REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '',
          ].join(' '),
          ConditionExpression: condition,
          ExpressionAttributeNames: Object.fromEntries(placeholders.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: {
            ':now': { S: new Date().toISOString() },
            ...Object.fromEntries(names.map((name) => [`:${name}`, assignments[name] as Item[string]])),
            ...values,
          },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return 'Attributes' in result && result.Attributes ? fromItem(result.Attributes) : undefined;
  }

  async function announce(ingest: Parameters<typeof toItem>[0]): Promise<void> {
    const deleteAfter = Math.ceil(Date.parse(ingest.created_at) / 1000) + announcedFor;
    const Item = { ...toItem(ingest), delete_after: { N: String(deleteAfter) } };
    // A failed condition is this very write, whose answer was lost: ids are never given twice.
    const ConditionExpression = 'attribute_not_exists(id)';
    await conditional(client.send(new PutItemCommand({ TableName: table, Item, ConditionExpression })));
  }

  async function read(id: string): Promise<Ingest | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    return Item && fromItem(Item);
  }

  async function list(state: IngestState | undefined, options: PageOptions) {
    const partition = state
      ? { index: 'by_state', attribute: 'state', value: state }
      : { index: 'newest', attribute: 'listing', value: ingestListing };
    const { items, last } = await newestIn(client, table, partition, options);
    return { items: items.map(fromItem), last };
  }

  /** A retry is counted once: it finds itself by `retry` when its answer was lost. */
  async function requeue(id: string): Promise<Ingest | undefined> {
    const retry = randomUUID();
    for (let attempt = 0; attempt < maxTries; attempt++) {
      const before = await read(id);
      if (before?.retry === retry) return before;
      if (!before || !isRetryable(before)) return undefined;
      const after = await update(
        id,
        {
          state: word('queued'),
          retries: { N: String(before.retries + 1) },
          retry: { S: retry },
        },
        // As it was seen: neither claimed nor retried by another meanwhile.
        `#state = :before AND (attribute_not_exists(#retries) OR #retries = :retried) AND ${
          before.execution ? '#execution = :execution' : 'attribute_not_exists(#execution)'
        }`,
        {
          ':before': { S: before.state },
          ':retried': { N: String(before.retries) },
          ...(before.execution ? { ':execution': { S: before.execution } } : {}),
        },
        { remove: ['execution', 'reason', 'rejects_key', 'rows_read', 'rows_accepted', 'rows_rejected'] },
      );
      if (after) return after;
    }
    throw new ContentionError(
      `the file ${id} was changed by others ${maxTries} times between read and write`,
    );
  }

  const abandon = async (id: string, execution: string) =>
    (await update(
      id,
      { state: word('queued') },
      '#execution = :execution AND #state IN (:state, :running)',
      { ':execution': { S: execution }, ':running': word('running') },
      { remove: ['execution'] },
    )) !== undefined;

  function run(id: string, execution: string): Run {
    const claim = { ':execution': { S: execution } };
    const unsettled = { ...claim, ':queued': word('queued'), ':running': word('running') };
    const isUnsettled = '#execution = :execution AND #state IN (:queued, :running)';
    const write = async (...parts: Parameters<typeof update>) => (await update(...parts)) !== undefined;
    return {
      start: () =>
        write(
          id,
          { state: word('running'), ...countAttributes(noCounts) },
          '#execution = :execution AND #state IN (:queued, :state)',
          {
            ...claim,
            ':queued': word('queued'),
          },
        ),
      progress: (counts) => write(id, countAttributes(counts), isUnsettled, unsettled),
      finish: (outcome) =>
        // Repeating one's own outcome is fine: the reply to the first write may have been lost.
        write(id, outcomeAttributes(outcome), '#execution = :execution', claim, absent(outcome)),
      note: (reason) => write(id, { reason: { S: reason } }, isUnsettled, unsettled),
    };
  }

  return { announce, read, list, requeue, abandon, run };
}

/** Failed, rejected, or waiting unclaimed: then the start of an earlier retry got lost. */
function isRetryable({ state, execution }: Ingest): boolean {
  if (state === 'failed' || state === 'rejected') return true;
  return (state === 'queued' || state === 'awaiting_upload') && execution === undefined;
}

function countAttributes(counts: Counts): Item {
  return {
    rows_read: { N: String(counts.rows_read) },
    rows_accepted: { N: String(counts.rows_accepted) },
    rows_rejected: { N: String(counts.rows_rejected) },
  };
}

/** What an earlier attempt or note may have left and this outcome does not have. */
function absent(outcome: Outcome): { remove: readonly string[] } {
  const names = ['reason', 'rejects_key', 'batch', 'duplicate_of'] as const;
  return { remove: names.filter((name) => outcome[name] === undefined) };
}

function outcomeAttributes({ state, reason, rejects_key, batch, duplicate_of, ...counts }: Outcome): Item {
  const texts = { state, reason, rejects_key, batch, duplicate_of };
  const given = Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...countAttributes(counts), ...Object.fromEntries(given.map(([name, S]) => [name, { S }])) };
}
