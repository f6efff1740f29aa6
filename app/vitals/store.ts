import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Series, SeriesMap } from './series.ts';

export interface StoredSlot {
  readonly start: number;
  readonly process: string;
  readonly series: SeriesMap;
}

export interface VitalsStore {
  /** Replaces what this process wrote about the slot before. */
  write(start: number, process: string, series: SeriesMap): Promise<void>;
  read(from: number, to: number): Promise<StoredSlot[]>;
}

/** Seconds for which measurements are kept. */
export const keepFor = 48 * 3600;
const hour = 3_600_000;

/** One item per process and slot, under the hour: each is written by one process alone, so none is ever contended. */
export function createVitalsStore(client: DynamoDBClient, table: string): VitalsStore {
  async function write(start: number, process: string, series: SeriesMap): Promise<void> {
    const time = new Date(start).toISOString();
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          hour: { S: hourOf(start) },
          slot: { S: `${time}#${process}` },
          series: { S: JSON.stringify([...series].map(([key, value]) => [key, rounded(value)])) },
          delete_after: { N: String(Math.ceil(start / 1000) + keepFor) },
        },
      }),
    );
  }

  async function readHour(name: string): Promise<StoredSlot[]> {
    const slots: StoredSlot[] = [];
    let after: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: '#hour = :hour',
          ExpressionAttributeNames: { '#hour': 'hour' },
          ExpressionAttributeValues: { ':hour': { S: name } },
          ...(after ? { ExclusiveStartKey: after } : {}),
        }),
      );
      for (const item of Items) {
        const [time = '', process = ''] = (item.slot?.S ?? '').split('#');
        const series = new Map<string, Series>(JSON.parse(item.series?.S ?? '[]'));
        slots.push({ start: Date.parse(time), process, series });
      }
      after = LastEvaluatedKey;
    } while (after);
    return slots;
  }

  async function read(from: number, to: number): Promise<StoredSlot[]> {
    const hours: string[] = [];
    for (let time = Math.floor(from / hour) * hour; time <= to; time += hour) hours.push(hourOf(time));
    const slots = (await Promise.all(hours.map(readHour))).flat();
    return slots.filter(({ start }) => start >= from);
  }

  return { write, read };
}

function hourOf(time: number): string {
  return new Date(time).toISOString().slice(0, 13);
}

function rounded(series: Series): Series {
  const tenth = (value: number) => Math.round(value * 10) / 10;
  return {
    ...series,
    sum: tenth(series.sum),
    service: tenth(series.service),
    database: tenth(series.database),
  };
}
