import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { queryAll } from '../../data/dynamodb/query.ts';
import type { Series, SeriesMap } from './series.ts';

export interface StoredSlot {
  readonly start: number;
  readonly process: string;
  readonly series: SeriesMap;
}

export interface VitalsStore {
  /** Replaces what this process wrote about the slot before. */
  write(start: number, process: string, series: SeriesMap): Promise<void>;
  /** Returns the newest slots when there are more than can be read at once. */
  read(from: number, to: number): Promise<StoredSlot[]>;
}

/** Seconds for which measurements are kept. */
export const keepFor = 48 * 3600;
const hour = 3_600_000;
/** Most characters that one reading takes, give or take a page of a megabyte. A busy day of twelve tasks has half of it. */
const maxRead = 32 * 2 ** 20;

/** One item per process and slot, under the hour: only one process writes each, so writes never conflict. */
export function createVitalsStore(client: DynamoDBClient, table: string, limit = maxRead): VitalsStore {
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

  const inHour = (name: string) =>
    queryAll(client, {
      TableName: table,
      ScanIndexForward: false,
      KeyConditionExpression: '#hour = :hour',
      ExpressionAttributeNames: { '#hour': 'hour' },
      ExpressionAttributeValues: { ':hour': { S: name } },
    });

  async function read(from: number, to: number): Promise<StoredSlot[]> {
    const slots: StoredSlot[] = [];
    let left = limit;
    // From the newest hour back, so that the limit leaves out the oldest.
    for (let time = Math.floor(to / hour) * hour; time >= Math.floor(from / hour) * hour; time -= hour)
      for await (const item of inHour(hourOf(time))) {
        const text = item.series?.S ?? '[]';
        const [start = '', process = ''] = (item.slot?.S ?? '').split('#');
        slots.push({
          start: Date.parse(start),
          process,
          series: new Map<string, Series>(JSON.parse(text)),
        });
        left -= text.length;
        if (left <= 0) return slots.filter(({ start }) => start >= from);
      }
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
