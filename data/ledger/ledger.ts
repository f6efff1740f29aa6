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
 * The job's side of the ledger. Every write is on condition that the execution still holds the claim, and resolves to
 * false when it does not: another execution has taken over, or an earlier run of the job has settled the file. The job
 * must then stop without another write, and exit with 0. Every write may be repeated.
 */
export interface Run {
  start(): Promise<boolean>;
  /** Sets the counts so far. */
  progress(counts: Counts): Promise<boolean>;
  /** Settles the file. */
  finish(outcome: Outcome): Promise<boolean>;
  /** Sets the reason for which this run will fail; without it the ledger could only say that the run failed. */
  note(reason: string): Promise<boolean>;
}

export interface Ledger {
  /** Writes a file whose upload is expected. It is deleted after eight days unless the file arrives. */
  create(ingest: Parameters<typeof toItem>[0]): Promise<void>;
  read(id: string): Promise<Ingest | undefined>;
  /** Newest first. */
  list(
    state: IngestState | undefined,
    options: PageOptions,
  ): Promise<{ items: Ingest[]; last: Position | undefined }>;
  /**
   * Makes a failed or rejected file claimable again and removes its outcome. A file that is queued and unclaimed is
   * accepted too, so that a retry can be repeated when its execution could not be started.
   * @returns undefined when the file is in another state
   */
  requeue(id: string): Promise<Ingest | undefined>;
  /** Removes the claim of an execution that is gone. @returns whether it held the claim and had not settled the file. */
  abandon(id: string, execution: string): Promise<boolean>;
  run(id: string, execution: string): Run;
}

/** Seconds after which a file that never arrived is deleted: a day after the parts of its upload. */
const expectedFor = (partsKeptDays + 1) * 86_400;

/** Tries of a retry's write. A try fails when the file changes between the read and the write. */
const maxTries = 10;

const stateAttribute = (S: IngestState) => ({ S });

export const noCounts: Counts = { rows_read: 0, rows_accepted: 0, rows_rejected: 0 };

/**
 * One item per file. The state machine claims a file and marks it failed; workflows/ingest.ts has those two writes, and
 * all others are here.
 */
export function createLedger(client: DynamoDBClient, table: string): Ledger {
  /**
   * Conditions may use `#state` and `#execution`. Attributes are named by placeholders, since many are reserved words.
   * @returns the item after the write, or undefined when the condition did not hold.
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

  async function create(ingest: Parameters<typeof toItem>[0]): Promise<void> {
    const deleteAfter = Math.ceil(Date.parse(ingest.created_at) / 1000) + expectedFor;
    const Item = { ...toItem(ingest), delete_after: { N: String(deleteAfter) } };
    // Ids are unique, so the item can exist already only by an earlier try of this write, when its answer was lost.
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

  /** Counts a retry once: when an answer was lost, the next try finds its own id in `retry`. */
  async function requeue(id: string): Promise<Ingest | undefined> {
    const retry = randomUUID();
    for (let tries = 0; tries < maxTries; tries++) {
      const before = await read(id);
      if (before?.retry === retry) return before;
      if (!before || !isRetryable(before)) return undefined;
      const after = await update(
        id,
        {
          state: stateAttribute('queued'),
          retries: { N: String(before.retries + 1) },
          retry: { S: retry },
        },
        // The file must be as it was read: a claim or a retry that came in between wins.
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
      `the file ${id} could not be queued for a retry: it changed ${maxTries} times between read and write; try again`,
    );
  }

  const abandon = async (id: string, execution: string) =>
    (await update(
      id,
      { state: stateAttribute('queued') },
      '#execution = :execution AND #state IN (:state, :running)',
      { ':execution': { S: execution }, ':running': stateAttribute('running') },
      { remove: ['execution'] },
    )) !== undefined;

  function run(id: string, execution: string): Run {
    const claim = { ':execution': { S: execution } };
    const unsettled = {
      ...claim,
      ':queued': stateAttribute('queued'),
      ':running': stateAttribute('running'),
    };
    const isUnsettled = '#execution = :execution AND #state IN (:queued, :running)';
    const write = async (...parts: Parameters<typeof update>) => (await update(...parts)) !== undefined;
    return {
      start: () =>
        write(
          id,
          { state: stateAttribute('running'), ...countAttributes(noCounts) },
          '#execution = :execution AND #state IN (:queued, :state)',
          {
            ...claim,
            ':queued': stateAttribute('queued'),
          },
        ),
      progress: (counts) => write(id, countAttributes(counts), isUnsettled, unsettled),
      finish: (outcome) =>
        // The state is no part of the condition: when the first answer was lost, the outcome is written again.
        write(id, outcomeAttributes(outcome), '#execution = :execution', claim, absent(outcome)),
      note: (reason) => write(id, { reason: { S: reason } }, isUnsettled, unsettled),
    };
  }

  return { create, read, list, requeue, abandon, run };
}

/** Whether the file is failed, rejected, or unclaimed, as after a retry whose execution could not be started. */
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

/** Removes attributes that an earlier run or note may have set and this outcome does not have. */
function absent(outcome: Outcome): { remove: readonly string[] } {
  const names = ['reason', 'rejects_key', 'batch', 'duplicate_of'] as const;
  return { remove: names.filter((name) => outcome[name] === undefined) };
}

function outcomeAttributes({ state, reason, rejects_key, batch, duplicate_of, ...counts }: Outcome): Item {
  const texts = { state, reason, rejects_key, batch, duplicate_of };
  const given = Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...countAttributes(counts), ...Object.fromEntries(given.map(([name, S]) => [name, { S }])) };
}
