import { randomUUID } from 'node:crypto';
import type { JobKind } from '../../contract/job-kinds.ts';
import { outputPrefix, resultObject } from '../../contract/scans.ts';
import type { RepositoryRules } from '../../data/scans/repository-url.ts';
import { type Bucket, urlsLast } from '../bucket.ts';
import type { App } from '../instance.ts';
import { linksTo } from '../links.ts';
import { invalid, notFound } from '../problem.ts';
import { expiryOf } from '../records/expiry.ts';
import { IdempotencyHeaders, RecordParams, type Requested, takeRequest } from '../records/request.ts';
import { Location, problemResponses, withHeaders } from '../schema.ts';
import { checkArguments } from './arguments.ts';
import { newRunItem, type Run } from './run.ts';
import { documentedRun, KindListSchema, NewRun, RunSchema } from './schema.ts';

interface Options {
  readonly kinds: readonly JobKind[];
  readonly jobs: Requested<Run>;
  /** Whether there is such a scan: a job may run on the source of a scan. */
  readonly scanExists: (id: string) => Promise<boolean>;
  readonly bucket: Pick<Bucket, 'getUrl'>;
  readonly rules: RepositoryRules;
}

const common = { tags: ['jobs'], security: [{ apiKey: [] }] };

export async function jobRoutes(app: App, options: Options): Promise<void> {
  const { kinds, jobs, scanExists, bucket, rules } = options;
  app.addHook('onRequest', app.requireApiKey);

  app.get(
    '/api/v1/job-kinds',
    {
      schema: {
        ...common,
        operationId: 'listJobKinds',
        summary: 'The kinds of job that can be run',
        response: { 200: KindListSchema, ...problemResponses(401, 503) },
      },
    },
    async () => ({
      items: kinds.map(({ name, description, vcpu, memoryMiB, timeoutSeconds, ...kind }) => ({
        name,
        description,
        arguments: kind.arguments,
        vcpu,
        memory_mib: memoryMiB,
        timeout_seconds: timeoutSeconds,
      })),
    }),
  );

  app.post(
    '/api/v1/jobs',
    {
      // The OpenAPI document has each kind's arguments. At runtime `checkArguments` checks them, since it can name each
      // argument that is wrong.
      config: {
        swaggerTransform: ({ schema, url }) => ({
          schema: { ...schema, body: documentedRun(kinds, rules) },
          url,
        }),
      },
      schema: {
        ...common,
        operationId: 'launchJob',
        summary: 'Run a job',
        headers: IdempotencyHeaders,
        body: NewRun,
        response: { 202: withHeaders(RunSchema, Location), ...problemResponses(400, 401, 404, 422, 503) },
      },
      links: { 202: linksTo(['getJob'], { id: '$response.body#/id' }) },
    },
    async (request, reply) => {
      const { kind: name, arguments: given } = request.body;
      const kind = kinds.find((registered) => registered.name === name);
      if (!kind) throw invalid('body.kind', `must be one of ${kinds.map((k) => k.name).join(', ')}`);
      await checkArguments(request, kind, given, { rules, scanExists });
      const item = newRunItem(randomUUID(), name, given, new Date());
      const job = await takeRequest(request, jobs, item, [name, given]);
      return reply.code(202).header('location', `/api/v1/jobs/${job.id}`).send(job);
    },
  );

  app.get(
    '/api/v1/jobs/:id',
    {
      schema: {
        ...common,
        operationId: 'getJob',
        summary: 'One job run: its status and its result',
        params: RecordParams,
        response: { 200: RunSchema, ...problemResponses(400, 401, 404, 503) },
      },
    },
    async (request, reply) => {
      const job = await jobs.records.read(request.params.id);
      if (!job) throw notFound(`the job ${request.params.id}`);
      reply.header('cache-control', 'no-store');
      if (job.status !== 'succeeded') return reply.send(job);
      const expiry = expiryOf(job);
      if (expiry.results_expired) return reply.send({ ...job, ...expiry });
      const key = `${outputPrefix.job(job.id)}/${resultObject(job.kind)}`;
      return reply.send({ ...job, ...expiry, result_url: await bucket.getUrl(key, urlsLast) });
    },
  );
}
