import { randomUUID } from 'node:crypto';
import { type IngestKind, incomingKey } from '../../contract/ingest.ts';
import type { App } from '../app.ts';
import type { Ledger } from '../ingests/ledger.ts';
import { noCounts } from '../ingests/ledger.ts';
import { IngestSchema, toBody } from '../ingests/schema.ts';
import { linksTo } from '../links.ts';
import { notFound, Problem } from '../problem.ts';
import type { Uploads } from '../s3/uploads.ts';
import { Location, problemResponses, withHeaders } from '../schema.ts';
import { maxSinglePut, partCount, partSize } from './parts.ts';
import { CompletedParts, NewUpload, UploadParams, UploadSchema } from './schema.ts';

interface Options {
  readonly ledger: Ledger;
  readonly uploads: Uploads;
}

/** Seconds for which URLs are valid; the credentials that sign them, a task's role, must last as long. */
const validFor = 3600;

const common = { tags: ['ingest'], security: [{ apiKey: [] }] };

export async function uploadRoutes(app: App, { ledger, uploads }: Options): Promise<void> {
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
        body: NewUpload,
        response: { 201: withHeaders(UploadSchema, Location), ...problemResponses(400, 401, 503) },
      },
      links: {
        201: linksTo(['getIngest', 'completeUpload', 'retryIngest'], { id: '$response.body#/ingest_id' }),
      },
    },
    async (request, reply) => {
      const { file_name, size, partial = false } = request.body;
      const kind = request.body.kind as IngestKind;
      const ingest_id = randomUUID();
      const key = incomingKey(kind, ingest_id, file_name);
      const now = new Date();
      const upload_id = size > maxSinglePut ? await uploads.startMultipart(key) : undefined;
      // In the ledger before anybody can upload: the state machine tells by it whose file arrived.
      await ledger.announce({
        ...noCounts,
        id: ingest_id,
        kind,
        key,
        partial,
        size,
        upload_id,
        state: 'awaiting_upload',
        retries: 0,
        created_at: now.toISOString(),
        updated_at: now.toISOString(),
      });
      const urls = upload_id
        ? {
            part_size: partSize(size),
            part_urls: await uploads.partUrls(key, upload_id, partCount(size), validFor),
            complete_url: `/api/v1/uploads/${ingest_id}/complete`,
          }
        : { upload_url: await uploads.putUrl(key, size, validFor) };
      const expires_at = new Date(now.getTime() + validFor * 1000).toISOString();
      return reply
        .code(201)
        .header('location', `/api/v1/ingests/${ingest_id}`)
        .header('cache-control', 'no-store')
        .send({ ingest_id, key, method: 'PUT' as const, headers: {}, expires_at, ...urls });
    },
  );

  app.post(
    '/api/v1/uploads/:id/complete',
    {
      schema: {
        ...common,
        operationId: 'completeUpload',
        summary: 'Put the uploaded parts together; may be repeated',
        params: UploadParams,
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
      const fault = await uploads.completeMultipart(ingest.key, ingest.upload_id, parts);
      if (fault) {
        const message = `cannot be put together: ${fault}`;
        throw new Problem(409, `body.parts ${message}`, { errors: [{ field: 'body.parts', message }] });
      }
      return toBody((await ledger.read(id)) ?? ingest);
    },
  );
}
