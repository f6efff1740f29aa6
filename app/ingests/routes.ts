import type { IngestState } from '../../contract/ingest.ts';
import type { Ledger } from '../../data/ledger/ledger.ts';
import { type Bucket, urlsLast } from '../bucket.ts';
import { cursorOf, positionOf } from '../cursor.ts';
import type { App } from '../instance.ts';
import { linksTo } from '../links.ts';
import { notFound, Problem } from '../problem.ts';
import { defaultLimit, problemResponses } from '../schema.ts';
import { callerOf } from './caller.ts';
import { refuseRetraction } from './retractions.ts';
import { IngestListQuery, IngestListSchema, IngestParams, IngestSchema, toBody } from './schema.ts';
import type { StartIngest } from './start.ts';

interface Options {
  readonly ledger: Ledger;
  readonly bucket: Bucket;
  readonly start: StartIngest;
}

const common = { tags: ['ingest'], security: [{ apiKey: [] }] };

export async function ingestRoutes(app: App, { ledger, bucket, start }: Options): Promise<void> {
  app.addHook('onRequest', app.requireApiKey);

  app.get(
    '/api/v1/ingests',
    {
      schema: {
        ...common,
        operationId: 'listIngests',
        summary: 'The ingested files, newest first',
        querystring: IngestListQuery,
        response: { 200: IngestListSchema, ...problemResponses(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const { limit = defaultLimit, cursor } = request.query;
      const state = request.query.state as IngestState | undefined;
      const { items, last } = await ledger.list(state, {
        limit: Number(limit),
        after: cursor ? positionOf(cursor) : undefined,
      });
      return { items: items.map(toBody), next_cursor: cursorOf(last) };
    },
  );

  app.get(
    '/api/v1/ingests/:id',
    {
      schema: {
        ...common,
        operationId: 'getIngest',
        summary: 'One ingested file: its state, its counts of rows and its outcome',
        params: IngestParams,
        response: { 200: IngestSchema, ...problemResponses(400, 401, 404, 503) },
      },
    },
    async (request, reply) => {
      const ingest = await ledger.read(request.params.id);
      if (!ingest) throw notFound(`the ingest ${request.params.id}`);
      const { rejects_key } = ingest;
      const rejects = rejects_key ? { rejects_url: await bucket.getUrl(rejects_key, urlsLast) } : {};
      return reply.header('cache-control', 'no-store').send({ ...toBody(ingest), ...rejects });
    },
  );

  app.post(
    '/api/v1/ingests/:id/retry',
    {
      schema: {
        ...common,
        operationId: 'retryIngest',
        summary: 'Ingest a failed, rejected or partly committed file again',
        description:
          'For files whose cause of failure was mended: for example, their ports have been ingested since. Of a partly ' +
          'committed file of prices, the rows that count are replaced by those that are good now.',
        params: IngestParams,
        response: { 202: IngestSchema, ...problemResponses(400, 401, 404, 409, 503) },
      },
      links: { 202: linksTo(['getIngest'], { id: '$request.path.id' }) },
    },
    async (request, reply) => {
      const { id } = request.params;
      const before = await ledger.read(id);
      if (!before) throw notFound(`the ingest ${id}`);
      const object = await bucket.head(before.key);
      if (!object) throw new Problem(409, 'the file is not in the bucket; upload it (again)');
      if (before.version && before.version !== object.version)
        throw new Problem(409, 'the file was replaced by a later upload, which is an ingest of its own');
      const ingest = await ledger.requeue(id);
      if (!ingest)
        throw new Problem(
          409,
          `this file is ${before.state}; only failed, rejected and partly committed files can be retried`,
        );
      // When this fails, the caller gets an error and asks again: the file is queued and unclaimed, which can be retried.
      await start.file(object);
      return reply.code(202).send(toBody(ingest));
    },
  );

  app.delete(
    '/api/v1/ingests/:id',
    {
      schema: {
        ...common,
        operationId: 'retractIngest',
        summary: 'Take the rows of a committed file of prices out of the rates; may be repeated',
        description:
          'The file is `retracting` until its rows are gone, all of them at once, and then `retracted`. If that fails it is ' +
          '`committed` as before, with the `reason`.',
        params: IngestParams,
        response: { 202: IngestSchema, ...problemResponses(400, 401, 404, 409, 503) },
      },
      links: { 202: linksTo(['getIngest'], { id: '$request.path.id' }) },
    },
    async (request, reply) => {
      const { id } = request.params;
      const before = await ledger.read(id);
      if (!before) throw notFound(`the ingest ${id}`);
      const ingest = await ledger.requestRetraction(id, callerOf(request));
      if (!ingest) return refuseRetraction((await ledger.read(id)) ?? before);
      if (ingest.state === 'retracting' && ingest.execution === undefined) {
        // The request is in the ledger, so an error here is no error of the request: start-pending.ts starts it later.
        await start
          .retraction(ingest)
          .catch((error) =>
            request.log.warn(
              { err: error, ingest: id },
              'the retraction is saved but could not be started; it is tried again within 35 s',
            ),
          );
      }
      return reply.code(202).header('cache-control', 'no-store').send(toBody(ingest));
    },
  );
}
