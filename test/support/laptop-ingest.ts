import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import type { App } from '../../app/instance.ts';
import { environment } from '../../contract/environment.ts';
import { physicalName } from '../../local/aws/tables.ts';
import { failureQueue, type Pipeline } from '../../local/ingest/pipeline.ts';
import { type IngestOverrides, prepareIngest } from '../../local/ingest/prepare.ts';
import { type Ask, askOf } from './app.ts';
import { databaseClient } from './clients.ts';
import { laptopService } from './laptop-service.ts';
import { databaseVariables, freshTables } from './tables.ts';

/** Commits every file, except what its name says: see quick-job.ts. It costs a test a tenth of the real job's time. */
export const quickJob = ['node', 'test/local/ingest/quick-job.ts'];

export interface LaptopIngest {
  readonly app: App;
  readonly directory: string;
  /** Once this file is there, quick-job.ts neither fails on poison nor hangs. */
  readonly fixed: string;
  readonly bucket: string;
  readonly s3: S3Client;
  /** All that the laptop showed its user. */
  readonly shown: string[];
  readonly pipeline: Pipeline;
  /** A request with the API key; the answer's JSON. */
  readonly call: Ask;
  /** Creates the upload of a file and PUTs it. @returns the ingest's id. */
  upload(kind: string, file_name: string, content: string, more?: object): Promise<string>;
  put(key: string, content: string): Promise<void>;
  /** Like a kill and a new start: the pipeline forgets all, bucket, queue and tables do not. */
  restart(overrides?: IngestOverrides): Promise<void>;
  /** Removes an attribute of a file's record, as if the process that writes it had died before: `announced`. */
  remove(id: string, attribute: string): Promise<void>;
  /** Changes attributes of a file's record: texts by name. */
  change(id: string, texts: Readonly<Record<string, string>>): Promise<void>;
  /** When the ledger deletes a file by itself; seconds since 1970. */
  deleteAfter(id: string): Promise<number | undefined>;
  emptyFailureQueue(): Promise<void>;
  stop(): Promise<void>;
}

/** The laptop's ingest in this process, with tables, bucket and queue of its own. */
export async function startIngest(overrides: IngestOverrides = {}): Promise<LaptopIngest> {
  const tables = await freshTables();
  const directory = mkdtempSync(join(tmpdir(), 'trellis-ingest-'));
  const shown: string[] = [];
  const options = {
    directory,
    logs: join(directory, 'jobs'),
    url: 'http://localhost:1',
    variables: databaseVariables(tables),
    show: (line: string) => void shown.push(line),
  };
  const fixed = join(directory, 'fixed');
  const initial = {
    command: quickJob,
    maxVcpus: 1,
    retryPause: 10,
    jobVariables: { FIXED: fixed },
    ...overrides,
  };
  const client = databaseClient(tables.endpoint);

  const start = async (current: IngestOverrides) => {
    const local = await prepareIngest({ ...options, overrides: current });
    const pipeline = await local.start();
    const service = await laptopService({
      tables,
      executors: [pipeline.executor],
      bucketEndpoint: local.emulator.endpoint,
      variables: local.serviceVariables,
    });
    return { local, pipeline, service };
  };
  const end = async ({ local, service }: Awaited<ReturnType<typeof start>>) => {
    await service.close();
    await local.stop();
  };
  let now = await start(initial);

  const call = askOf(() => now.service);
  const bucket = () => now.local.serviceVariables[environment.ingestBucket] as string;

  async function upload(kind: string, file_name: string, content: string, more: object = {}) {
    const size = Buffer.byteLength(content);
    const { ingest_id, upload_url } = await call(
      'POST',
      '/api/v1/uploads',
      { kind, file_name, size, ...more },
      201,
    );
    const answer = await fetch(upload_url, { method: 'PUT', body: content });
    expect(answer.status, await answer.text()).to.equal(200);
    return ingest_id as string;
  }

  return {
    directory,
    fixed,
    shown,
    get app() {
      return now.service.app;
    },
    get bucket() {
      return bucket();
    },
    get s3() {
      return now.service.s3;
    },
    get pipeline() {
      return now.pipeline;
    },
    call,
    upload,
    put: async (Key, Body) => {
      await now.service.s3.send(new PutObjectCommand({ Bucket: bucket(), Key, Body }));
    },
    restart: async (changed = {}) => {
      await end(now);
      now = await start({ ...initial, ...changed });
    },
    remove: async (id, attribute) => {
      const update = {
        TableName: physicalName(tables.prefix, 'ingests'),
        Key: { id: { S: id } },
        UpdateExpression: 'REMOVE #attribute',
        ExpressionAttributeNames: { '#attribute': attribute },
      };
      await client.send(new UpdateItemCommand(update));
    },
    change: async (id, texts) => {
      const names = Object.keys(texts);
      const update = {
        TableName: physicalName(tables.prefix, 'ingests'),
        Key: { id: { S: id } },
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(texts).map(([name, S]) => [`:${name}`, { S }]),
        ),
      };
      await client.send(new UpdateItemCommand(update));
    },
    deleteAfter: async (id) => {
      const TableName = physicalName(tables.prefix, 'ingests');
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
      return Item?.delete_after && Number(Item.delete_after.N);
    },
    emptyFailureQueue: async () => {
      const QueueUrl = `${now.local.emulator.endpoint}/000000000000/${failureQueue}`;
      const answer = await fetch(now.local.emulator.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.PurgeQueue' },
        body: JSON.stringify({ QueueUrl }),
      });
      expect(answer.status, await answer.text()).to.equal(200);
    },
    stop: async () => {
      await end(now);
      client.destroy();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Content that no other test has. */
export function uniqueContent(): string {
  return `${randomUUID()}\n`;
}
