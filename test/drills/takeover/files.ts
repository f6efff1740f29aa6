import assert from 'node:assert/strict';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { IngestKind } from '../../../contract/ingest.ts';
import type { IngestFile } from '../../../jobs/ingest/job.ts';
import { physicalName } from '../../../local/aws/tables.ts';
import { portsCsv, regionsCsv } from '../../../local/commands/sample/locations.ts';
import type { World } from '../../support/ingest-jobs.ts';
import { call, type Reachable } from './data.ts';
import { type Content, prices } from './rates.ts';

export interface StoredFile {
  readonly file: IngestFile;
  readonly body: string;
  /** Whether its upload is in the bucket. */
  readonly isThere: boolean;
}

export interface Stored {
  readonly content: Content;
  /** The files that count: regions, ports, and two of prices. */
  readonly files: readonly [StoredFile, StoredFile, StoredFile, StoredFile];
}

/** Has an earlier release ingest lists, two files of prices, a bad one, and the first one again. @param rows of the two */
export async function storeFiles(
  world: World,
  service: Reachable,
  job: string,
  rows: readonly [number, number],
): Promise<Stored> {
  const [one, two] = [prices(rows[0], '2021-01-01'), prices(rows[1], '2021-02-01')];
  const content = { regions: regionsCsv(), ports: portsCsv(1), prices: [one, two] };
  const ingest = ingestBy(world, service, job);
  const regions = await ingest('regions', content.regions);
  const ports = await ingest('ports', content.ports);
  const first = await ingest('prices', one);
  const second = await ingest('prices', two);
  await ingest('prices', one.replace('CNGGZ', 'XXXXX'), 'rejected');
  await ingest('prices', one);
  // Files before this release have no rollup objects, and their uploads may be gone: their prices are in the table alone.
  await world.s3.send(new DeleteObjectCommand({ Bucket: world.bucket, Key: second.key }));
  return {
    content,
    files: [
      { file: regions, body: content.regions, isThere: true },
      { file: ports, body: content.ports, isThere: true },
      { file: first, body: one, isThere: true },
      { file: second, body: two, isThere: false },
    ],
  };
}

/** @param job the program of another release */
export function ingestBy(world: World, service: Reachable, job?: string) {
  return (kind: IngestKind, body: string, state?: string) => ingest(world, service, kind, body, job, state);
}

/** An upload by the service's own route, and its job. @param program that of another release */
async function ingest(
  world: World,
  service: Reachable,
  kind: IngestKind,
  body: string,
  program: string | undefined,
  state = 'committed',
): Promise<IngestFile> {
  const upload = { kind, file_name: `${kind}.csv`, size: Buffer.byteLength(body) };
  const { status, json } = await call(service, 'POST', '/api/v1/uploads', upload);
  assert.equal(status, 201, JSON.stringify(json));
  const { ingest_id: id, key, upload_url } = json as { ingest_id: string; key: string; upload_url: string };
  assert.ok((await fetch(upload_url, { method: 'PUT', body })).ok);
  const { ETag = '' } = await world.s3.send(new HeadObjectCommand({ Bucket: world.bucket, Key: key }));
  // The state machine's claim.
  await world.client.send(
    new UpdateItemCommand({
      TableName: physicalName(world.tables.prefix, 'ingests'),
      Key: { id: { S: id } },
      UpdateExpression: 'SET #state = :queued, execution = :test, version = :version REMOVE delete_after',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':queued': { S: 'queued' },
        ':test': { S: 'test' },
        ':version': { S: ETag },
      },
    }),
  );
  const file = { id, kind, key, partial: false, version: ETag.replaceAll('"', '') };
  const job = world.spawn(file, {}, program);
  assert.equal(await job.ended, 0, job.output());
  const found = await call(service, 'GET', `/api/v1/ingests/${id}`);
  assert.equal((found.json as { state: string }).state, state, job.output());
  return file;
}
