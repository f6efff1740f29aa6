import { randomUUID } from 'node:crypto';
import { type IngestKind, incomingKey, partsKeptDays } from '../../contract/ingest.ts';
import type { Ingest } from '../../data/ledger/ingest.ts';
import { expectedItem, type Ledger } from '../../data/ledger/ledger.ts';
import { type Bucket, type Part, urlsLast } from '../bucket.ts';
import { callerOf } from '../ingests/caller.ts';
import { whyNotLive } from '../ingests/retractions.ts';
import { IngestParams, IngestSchema, toBody } from '../ingests/schema.ts';
import type { App } from '../instance.ts';
import { linksTo } from '../links.ts';
import { invalid, notFound, Problem } from '../problem.ts';
import { createOnce, IdempotencyHeaders } from '../records/request.ts';
import type { Records } from '../records/store.ts';
import { Location, problemResponses, withHeaders } from '../schema.ts';
import { maxSinglePut, partSize, partsOf } from './parts.ts';
import { CompletedParts, NewUpload, NewUrls, UploadSchema, UrlsSchema } from './schema.ts';

interface Options {
  readonly ledger: Ledger;
  /** Writes new files into the ledger. */
  readonly uploads: Pick<Records<Ingest>, 'create'>;
  readonly bucket: Bucket;
}

const common = { tags: ['ingest'], security: [{ apiKey: [] }] };

export async function uploadRoutes(app: App, { ledger, uploads, bucket }: Options): Promise<void> {
  app.addHook('onRequest', app.requireApiKey);

  app.post(
    '/api/v1/uploads',
    {
      schema: {
        ...common,
        operationId: 'createUpload',
        summary: 'Get URLs to upload a file that is then ingested by itself',
        description:
          'Files above 8 MiB are uploaded in parts of `part_size` bytes, one URL each, in any order.',
        headers: IdempotencyHeaders,
        body: NewUpload,
        response: {
          201: withHeaders(UploadSchema, Location),
          ...problemResponses(400, 401, 404, 409, 422, 503),
        },
      },
      links: {
        201: linksTo(['getIngest', 'renewUpload', 'completeUpload', 'retryIngest', 'retractIngest'], {
          id: '$response.body#/ingest_id',
        }),
      },
    },
    async (request, reply) => {
      const { file_name, size, partial = false, replaces, complete } = request.body;
      const kind = request.body.kind as IngestKind;
      if (kind !== 'prices' && replaces !== undefined)
        throw invalid('body.replaces', 'is for files of prices only');
      if (kind === 'prices' && complete)
        throw invalid('body.complete', 'is for files of ports and regions only');
      if (replaces !== undefined) await checkReplaced(replaces);
      const id = randomUUID();
      const now = new Date();
      const given = incomingKey(kind, id, file_name);
      const item = expectedItem({
        id,
        kind,
        key: given,
        partial,
        size,
        replaces,
        complete,
        requested_by: callerOf(request),
        upload_id: size > maxSinglePut ? await bucket.startMultipart(given) : undefined,
        state: 'awaiting_upload',
        retries: 0,
        created_at: now.toISOString(),
        updated_at: now.toISOString(),
      });
      const asked = [kind, file_name, size, partial, replaces, complete];
      // The ledger has the upload before its URLs are given out: the state machine finds the file that arrives in it.
      const ingest = await createOnce(request, { name: 'upload', records: uploads }, item, asked);
      if (ingest.id !== id) await checkWaits(ingest);
      const { id: ingest_id, key, upload_id } = ingest;
      const urls = upload_id
        ? {
            part_size: partSize(size),
            part_urls: await bucket.partUrls(key, upload_id, partsOf(size), urlsLast),
            complete_url: `/api/v1/uploads/${ingest_id}/complete`,
          }
        : { upload_url: await bucket.putUrl(key, size, urlsLast) };
      return reply
        .code(201)
        .header('location', `/api/v1/ingests/${ingest_id}`)
        .header('cache-control', 'no-store')
        .send({
          ingest_id,
          key,
          method: 'PUT' as const,
          headers: {},
          expires_at: endOf(now),
          renew_url: `/api/v1/uploads/${ingest_id}/urls`,
          ...urls,
        });
    },
  );

  /** The job decides for good: another request may be faster than the upload. @throws Problem 409 */
  async function checkReplaced(id: string): Promise<void> {
    const earlier = await ledger.read(id);
    if (!earlier) throw unfit('body.replaces', `names no file: ${id}`);
    const why = whyNotLive(earlier, (other) => `"replaces": "${other}"`);
    if (why) throw unfit('body.replaces', `cannot be done: ${why}`);
  }

  app.post(
    '/api/v1/uploads/:id/urls',
    {
      schema: {
        ...common,
        operationId: 'renewUpload',
        summary: 'Get new URLs for an upload whose URLs have expired',
        description:
          'For an upload in parts: for the `parts` that are named, or for all. What has arrived stays; an upload can be ' +
          `continued for ${partsKeptDays} days.`,
        params: IngestParams,
        body: NewUrls,
        response: { 200: UrlsSchema, ...problemResponses(400, 401, 404, 409, 410, 503) },
      },
      links: { 200: linksTo(['getIngest'], { id: '$request.path.id' }) },
    },
    async (request, reply) => {
      const { id } = request.params;
      const ingest = await ledger.read(id);
      if (!ingest) throw notFound(`the upload ${id}`);
      await checkWaits(ingest);
      const now = new Date();
      const { key, size, upload_id } = ingest;
      const parts = partsToSign(ingest, request.body.parts);
      const urls = upload_id
        ? await bucket.partUrls(key, upload_id, parts, urlsLast)
        : [await bucket.putUrl(key, size, urlsLast)];
      const signed = upload_id
        ? { parts: urls.map((upload_url, i) => ({ part_number: parts[i]?.number as number, upload_url })) }
        : { upload_url: urls[0] as string };
      return reply
        .header('cache-control', 'no-store')
        .send({ ingest_id: id, method: 'PUT' as const, headers: {}, expires_at: endOf(now), ...signed });
    },
  );

  /** @throws Problem 409 once the file has arrived, 410 once its parts are deleted. */
  async function checkWaits({ id, state, key, created_at }: Ingest): Promise<void> {
    // The ledger learns of a file's arrival a moment after the bucket has it.
    if (state !== 'awaiting_upload' || (await bucket.head(key)))
      throw new Problem(409, `the file has arrived; /api/v1/ingests/${id} shows its state`);
    if (Date.parse(created_at) + partsKeptDays * 86_400_000 <= Date.now())
      throw new Problem(410, 'the upload has expired, and its parts are deleted; create a new upload');
  }

  app.post(
    '/api/v1/uploads/:id/complete',
    {
      schema: {
        ...common,
        operationId: 'completeUpload',
        summary: 'Put the uploaded parts together; may be repeated',
        params: IngestParams,
        body: CompletedParts,
        response: { 200: IngestSchema, ...problemResponses(400, 401, 404, 409, 503) },
      },
      links: { 200: linksTo(['getIngest'], { id: '$request.path.id' }) },
    },
    async (request) => {
      const { id } = request.params;
      const ingest = await ledger.read(id);
      if (!ingest) throw notFound(`the upload ${id}`);
      if (!ingest.upload_id)
        throw new Problem(409, 'this file is uploaded by one PUT; there is nothing to complete');
      const parts = [...request.body.parts].sort((a, b) => a.part_number - b.part_number);
      const fault = await bucket.completeMultipart(ingest.key, ingest.upload_id, parts);
      if (fault) throw unfit('body.parts', `cannot be put together: ${fault}`);
      return toBody((await ledger.read(id)) ?? ingest);
    },
  );
}

function endOf(signed: Date): string {
  return new Date(signed.getTime() + urlsLast * 1000).toISOString();
}

function partsToSign({ size, upload_id }: Ingest, numbers: readonly number[] | undefined): Part[] {
  if (numbers && !upload_id) throw unfit('body.parts', 'must be left out: this file is uploaded by one PUT');
  const all = partsOf(size);
  return (
    numbers?.map((number, i) => {
      const part = all[number - 1];
      if (!part) throw unfit(`body.parts.${i}`, `must be at most ${all.length}, the number of parts`);
      return part;
    }) ?? all
  );
}

/** The answer to a valid request that does not fit this upload. */
function unfit(field: string, message: string): Problem {
  return new Problem(409, `${field} ${message}`, { errors: [{ field, message }] });
}
