import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type IngestState, ingestListing, partsKeptDays, sizeClasses } from '../../contract/ingest.ts';
import { ContentionError, conditional, type Item } from '../dynamodb/errors.ts';
import { newestIn, type PageOptions, type Position } from '../dynamodb/query.ts';
import { type Counts, fromItem, type Ingest, type NewIngest, type Outcome, toItem } from './ingest.ts';
import { countAttributes, type FileUpdate, fileUpdate, settling, stateAttribute } from './update.ts';

/**
 * The job's side of the ledger. Every write is on condition that the execution still holds the claim, and resolves to
 * false when it does not: another execution has taken over, or an earlier run of the job has settled the file. The job
 * must then stop without another write, and exit with 0. Every write may be repeated.
 */
export interface Run {
  /** @returns the file's record; undefined when the claim is lost */
  start(): Promise<Ingest | undefined>;
  /** The same for the retraction of a committed file. */
  startRetraction(): Promise<Ingest | undefined>;
  /** Sets the counts so far. */
  progress(counts: Counts): Promise<boolean>;
  /** Settles the file. */
  finish(outcome: Outcome): Promise<boolean>;
  /** Sets the bytes of work that the job has measured: the state machine runs it again, in a size class for them. */
  handOver(work: number): Promise<boolean>;
  /** Sets the reason for which this run will fail; without it the ledger could only say that the run failed. */
  note(reason: string): Promise<boolean>;
}

export interface Ledger {
  read(id: string): Promise<Ingest | undefined>;
  /** Newest first. */
  list(
    state: IngestState | undefined,
    options: PageOptions,
  ): Promise<{ items: Ingest[]; last: Position | undefined }>;
  /**
   * Makes a failed or rejected file claimable again and removes its outcome; a partly committed file of prices, too, since
   * its other rows may be good by now. A file that is queued and unclaimed is accepted, so that a retry can be repeated when
   * its execution could not be started.
   * @returns undefined when the file is in another state
   */
  requeue(id: string): Promise<Ingest | undefined>;
  /**
   * Asks for the retraction of a committed file of prices. It may be repeated. When the execution that carries it out has
   * written nothing for longer than an attempt may take, it is taken for dead, and the request is a new one.
   * @param by who asks
   * @returns undefined when there is nothing to retract: the file is not committed, no file of prices, or a duplicate
   */
  requestRetraction(id: string, by: string): Promise<Ingest | undefined>;
  /** Removes the claim of an execution that is gone. @returns whether it held the claim and had not settled the file. */
  abandon(id: string, execution: string): Promise<boolean>;
  run(id: string, execution: string): Run;
}

/** Seconds after which a file that never arrived is deleted: a day after the parts of its upload. */
const expectedFor = (partsKeptDays + 1) * 86_400;

/** The record of a file whose upload is expected. It is deleted after eight days unless the file arrives. */
export function expectedItem(ingest: NewIngest): Item {
  const deleteAfter = Math.ceil(Date.parse(ingest.created_at) / 1000) + expectedFor;
  return { ...toItem(ingest), delete_after: { N: String(deleteAfter) } };
}

/** Tries of a retry's write. A try fails when the file changes between the read and the write. */
const maxTries = 10;

export const noCounts: Counts = { rows_read: 0, rows_accepted: 0, rows_rejected: 0 };

/**
 * One item per file. The state machine claims a file and marks it failed; workflows/ingest.ts has those two writes, and
 * all others are here.
 */
export function createLedger(client: DynamoDBClient, table: string): Ledger {
  /** @returns the item after the write, or undefined when the condition did not hold. */
  async function update(changes: FileUpdate): Promise<Ingest | undefined> {
    const result = await conditional(
      client.send(new UpdateItemCommand({ ...fileUpdate(table, changes), ReturnValues: 'ALL_NEW' })),
    );
    return 'Attributes' in result && result.Attributes ? fromItem(result.Attributes) : undefined;
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
      const after = await update({
        id,
        set: {
          state: stateAttribute('queued'),
          retries: { N: String(before.retries + 1) },
          retry: { S: retry },
        },
        remove: ['execution', 'reason', 'rejects_key', 'work', 'rows_read', 'rows_accepted', 'rows_rejected'],
        // The file must be as it was read: a claim or a retry that came in between wins.
        condition: `#state = :before AND (attribute_not_exists(#retries) OR #retries = :retried) AND ${
          before.execution ? '#execution = :execution' : 'attribute_not_exists(#execution)'
        }`,
        values: {
          ':before': { S: before.state },
          ':retried': { N: String(before.retries) },
          ...(before.execution ? { ':execution': { S: before.execution } } : {}),
        },
      });
      if (after) return after;
    }
    throw new ContentionError(
      `the file ${id} could not be queued for a retry: it changed ${maxTries} times between read and write; try again`,
    );
  }

  async function requestRetraction(id: string, by: string): Promise<Ingest | undefined> {
    const request = (condition: string, values: Item) =>
      update({
        id,
        set: {
          state: stateAttribute('retracting'),
          retraction_requested_by: { S: by },
          retraction_requested_at: { S: new Date().toISOString() },
        },
        remove: ['execution', 'reason'],
        condition,
        values,
      });
    const changed = await request(
      '#state = :committed AND kind = :prices AND attribute_not_exists(duplicate_of)',
      { ':committed': stateAttribute('committed'), ':prices': { S: 'prices' } },
    );
    if (changed) return changed;
    const found = await read(id);
    if (found?.state === 'retracting' && found.execution !== undefined && isSilent(found)) {
      const again = await request('#state = :before AND #execution = :held AND updated_at = :seen', {
        ':before': stateAttribute('retracting'),
        ':held': { S: found.execution },
        ':seen': { S: found.updated_at },
      });
      return again ?? requestRetraction(id, by);
    }
    return found?.state === 'retracting' || found?.state === 'retracted' ? found : undefined;
  }

  /** A retraction that is given up can be claimed again, as a file can. */
  async function abandon(id: string, execution: string): Promise<boolean> {
    const give = async (from: readonly IngestState[], to: IngestState) =>
      update({
        id,
        set: { state: stateAttribute(to) },
        remove: ['execution'],
        condition: `#execution = :execution AND #state IN (${from.map((state) => `:${state}`).join(', ')})`,
        values: {
          ':execution': { S: execution },
          ...Object.fromEntries(from.map((state) => [`:${state}`, stateAttribute(state)])),
        },
      });
    return (
      (await give(['queued', 'running'], 'queued')) !== undefined ||
      (await give(['retracting'], 'retracting')) !== undefined
    );
  }

  function run(id: string, execution: string): Run {
    const values = {
      ':claim': { S: execution },
      ':queued': stateAttribute('queued'),
      ':running': stateAttribute('running'),
    };
    const condition = '#execution = :claim AND #state IN (:queued, :running)';
    const isWritten = async (changes: FileUpdate) => (await update(changes)) !== undefined;
    return {
      start: () =>
        update({
          id,
          set: { state: stateAttribute('running'), ...countAttributes(noCounts) },
          condition,
          values,
        }),
      startRetraction: () =>
        update({
          id,
          set: {},
          condition: '#execution = :claim AND #state = :retracting',
          values: { ':claim': { S: execution }, ':retracting': stateAttribute('retracting') },
        }),
      progress: (counts) => isWritten({ id, set: countAttributes(counts), condition, values }),
      finish: (outcome) => isWritten(settling(id, execution, outcome)),
      handOver: (work) => isWritten({ id, set: { work: { N: String(work) } }, condition, values }),
      note: (reason) =>
        isWritten({
          id,
          set: { reason: { S: reason } },
          condition: '#execution = :claim AND #state IN (:queued, :running, :retracting)',
          values: { ...values, ':retracting': stateAttribute('retracting') },
        }),
    };
  }

  return { read, list, requeue, requestRetraction, abandon, run };
}

/** Whether the file is failed or rejected, has rows that its commit left out, or is unclaimed, as after a retry whose
 * execution could not be started. */
function isRetryable(ingest: Ingest): boolean {
  const { state, execution } = ingest;
  if (state === 'failed' || state === 'rejected' || isPartlyCommitted(ingest)) return true;
  return (state === 'queued' || state === 'awaiting_upload') && execution === undefined;
}

function isPartlyCommitted({ state, kind, rows_rejected, duplicate_of }: Ingest): boolean {
  return state === 'committed' && kind === 'prices' && rows_rejected > 0 && duplicate_of === undefined;
}

/** Seconds that an attempt may wait for capacity, before it takes the time of its size class at most. */
const waitSeconds = 3600;

/** Whether the execution must have ended: each attempt writes into the ledger when it begins. An execution that could not
 * write its failure leaves such a file. If it lives on after all, it has lost its claim and changes nothing. */
function isSilent({ size, updated_at }: Ingest): boolean {
  const { timeoutSeconds } = sizeClasses.find(({ maxBytes }) => size <= maxBytes) ?? sizeClasses[2];
  return Date.now() - Date.parse(updated_at) > (waitSeconds + timeoutSeconds) * 1000;
}
