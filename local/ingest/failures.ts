import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { failureEvent } from '../../contract/ingest.ts';
import { queryAll } from '../../data/dynamodb/query.ts';
import { fromItem, type Ingest } from '../../data/ledger/ingest.ts';
import type { BusEvent } from '../aws/services.ts';

/**
 * Which failures have been announced. Step Functions goes on after a crash where it was; executions of this laptop do
 * not, so the last thing that they do for a failed file is noted in the ledger, as the attribute `announced`.
 */
export interface FailureRecord {
  note(id: string, execution: string): Promise<void>;
  /** Failed files of which nobody may have heard yet. */
  unannounced(): Promise<Ingest[]>;
}

export function createFailureRecord(client: DynamoDBClient, table: string): FailureRecord {
  async function note(id: string, execution: string): Promise<void> {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { id: { S: id } },
        UpdateExpression: 'SET announced = :execution',
        ExpressionAttributeValues: { ':execution': { S: execution } },
      }),
    );
  }

  async function unannounced(): Promise<Ingest[]> {
    const failed = queryAll(client, {
      TableName: table,
      IndexName: 'by_state',
      KeyConditionExpression: '#state = :failed',
      FilterExpression: 'attribute_not_exists(announced) OR announced <> #execution',
      ExpressionAttributeNames: { '#state': 'state', '#execution': 'execution' },
      ExpressionAttributeValues: { ':failed': { S: 'failed' } },
    });
    const found: Ingest[] = [];
    for await (const item of failed) found.push(fromItem(item));
    return found;
  }

  return { note, unannounced };
}

interface Announcer {
  readonly record: FailureRecord;
  readonly queued: () => readonly Record<string, string>[];
  readonly send: (body: string) => void;
  readonly putEvent: (entry: BusEvent) => Promise<void>;
}

/** Does for failures what a killed runner did not get to: each goes to the queue once, and people hear of it. */
export async function announceFailures({ record, queued, send, putEvent }: Announcer): Promise<void> {
  const inQueue = new Set(queued().map(({ execution }) => execution));
  for (const { id, key, version = '', execution = '', reason = '' } of await record.unannounced()) {
    const message = { ingest_id: id, key, version, execution, reason };
    if (!inQueue.has(execution)) send(JSON.stringify(message));
    await putEvent({ Source: failureEvent.source, DetailType: failureEvent.detailType, Detail: message });
  }
}
