import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ingestEvents } from '../../contract/ingest.ts';
import { conditional } from '../../data/dynamodb/errors.ts';
import { queryAll } from '../../data/dynamodb/query.ts';
import { fromItem, type Ingest } from '../../data/ledger/ingest.ts';
import type { BusEvent } from '../aws/services.ts';

/** The states that are announced, each by the event of its name. */
const ends = ['committed', 'rejected', 'failed', 'retracted', 'replaced'] as const;
type End = (typeof ends)[number];

/** A file whose end may not have been announced. */
export interface Unannounced {
  readonly end: End;
  readonly ingest: Ingest;
}

/**
 * Keeps which ends of files have been announced. Step Functions continues after a crash, but the laptop's executions are
 * lost, so the last event of each file is recorded in the ledger: the attribute `announced` holds its id.
 */
export interface AnnouncementRecord {
  markAnnounced(id: string, announcement: string): Promise<void>;
  unannounced(): Promise<Unannounced[]>;
}

export function createAnnouncementRecord(client: DynamoDBClient, table: string): AnnouncementRecord {
  async function markAnnounced(id: string, announcement: string): Promise<void> {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { id: { S: id } },
        UpdateExpression: 'SET announced = :announcement',
        ExpressionAttributeValues: { ':announcement': { S: announcement } },
      }),
    );
  }

  /** When this database was first used by a laptop that announces every end: earlier ones announced failures only. */
  async function firstUse(): Promise<string> {
    const Item = { id: { S: 'announced#since' }, since: { S: new Date().toISOString() } };
    const ConditionExpression = 'attribute_not_exists(id)';
    const result = await conditional(
      client.send(
        new PutItemCommand({
          TableName: table,
          Item,
          ConditionExpression,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    return ('item' in result ? result.item?.since?.S : undefined) ?? Item.since.S;
  }

  async function unannounced(): Promise<Unannounced[]> {
    const since = await firstUse();
    const found: Unannounced[] = [];
    for (const end of ends) {
      const settled = queryAll(client, {
        TableName: table,
        IndexName: 'by_state',
        KeyConditionExpression: '#state = :end',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':end': { S: end } },
      });
      for await (const item of settled) {
        const ingest = fromItem(item);
        const announced = item.announced?.S;
        const isOld = end === 'failed' ? announced === ingest.execution : ingest.updated_at < since;
        if (!isOld && announced !== announcementId(end, ingest)) found.push({ end, ingest });
      }
    }
    return found;
  }

  return { markAnnounced, unannounced };
}

function announcementId(end: End, { id, retries }: Ingest): string {
  return `${id}/${end}/${retries}`;
}

interface Outlets {
  readonly record: AnnouncementRecord;
  readonly queued: () => readonly Record<string, string>[];
  readonly send: (body: string) => void;
  readonly putEvent: (entry: BusEvent) => Promise<void>;
}

/** Finishes what a killed runner did not do: puts each failed file into the failure queue once, and announces each end. */
export async function announceEnds({ record, queued, send, putEvent }: Outlets): Promise<void> {
  const inQueue = new Set(queued().map(({ execution }) => execution));
  for (const { end, ingest } of await record.unannounced()) {
    const { id, key, version = '', execution = '', reason = '' } = ingest;
    const message = {
      announcement_id: announcementId(end, ingest),
      ingest_id: id,
      key,
      version,
      execution,
      reason,
    };
    if (end === 'failed' && !inQueue.has(execution)) send(JSON.stringify(message));
    const detail = { ...message, state: end, kind: ingest.kind, message: textOf(end, ingest) };
    const { source: Source, detailType: DetailType } = ingestEvents[end];
    await putEvent({ Source, DetailType, Detail: detail });
  }
}

function textOf(end: End, { key, reason = '', rows_accepted }: Ingest): string {
  switch (end) {
    case 'committed':
      return `${key}: ${rows_accepted} rows are committed`;
    case 'rejected':
      return `${key} is rejected: ${reason}`;
    case 'failed':
      return `${key} has failed: ${reason}`;
    case 'retracted':
      return `${key} is retracted: its rows no longer count`;
    case 'replaced':
      return `${key} is replaced`;
  }
}
