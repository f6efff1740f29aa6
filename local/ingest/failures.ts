import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { failureEvent } from '../../contract/ingest.ts';
import { queryAll } from '../../data/dynamodb/query.ts';
import { fromItem, type Ingest } from '../../data/ledger/ingest.ts';
import type { BusEvent } from '../aws/services.ts';

/**
 * Keeps which failures people have been notified of. Step Functions continues after a crash, but the laptop's executions
 * are lost, so their last step for a failed file is recorded in the ledger: the attribute `announced` holds the execution.
 */
export interface FailureRecord {
  markNotified(id: string, execution: string): Promise<void>;
  /** Failed files whose last step is not recorded, so people may not have been notified of them. */
  notNotified(): Promise<Ingest[]>;
}

export function createFailureRecord(client: DynamoDBClient, table: string): FailureRecord {
  async function markNotified(id: string, execution: string): Promise<void> {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { id: { S: id } },
        UpdateExpression: 'SET announced = :execution',
        ExpressionAttributeValues: { ':execution': { S: execution } },
      }),
    );
  }

  async function notNotified(): Promise<Ingest[]> {
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

  return { markNotified, notNotified };
}

interface FailureOutlets {
  readonly record: FailureRecord;
  readonly queued: () => readonly Record<string, string>[];
  readonly send: (body: string) => void;
  readonly putEvent: (entry: BusEvent) => Promise<void>;
}

/** Finishes what a killed runner did not do for failed files: puts each into the failure queue once, and notifies people. */
export async function publishFailures({ record, queued, send, putEvent }: FailureOutlets): Promise<void> {
  const inQueue = new Set(queued().map(({ execution }) => execution));
  for (const { id, key, version = '', execution = '', reason = '' } of await record.notNotified()) {
    const message = { ingest_id: id, key, version, execution, reason };
    if (!inQueue.has(execution)) send(JSON.stringify(message));
    await putEvent({ Source: failureEvent.source, DetailType: failureEvent.detailType, Detail: message });
  }
}
