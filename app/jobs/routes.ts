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
import { type Launch, newLaunchItem } from './launch.ts';
import { documentedLaunch, KindListSchema, LaunchSchema, NewLaunch } from './schema.ts';

interface Options {
  readonly kinds: readonly JobKind[];
  readonly jobs: Requested<Launch>;
  /** Whether there is such a scan, on the source of which a job may be launched. */
  readonly scanExists: (id: string) => Promise<boolean>;
  readonly bucket: Pick<Bucket, 'getUrl'>;
  readonly rules: RepositoryRules;
}

const common = { tags: ['jobs'], security: [{ apiKey: [] }] };

export async function launchRoutes(app: App, options: Options): Promise<void> {
  const { kinds, jobs, scanExists, bucket, rules } = options;
  app.addHook('onRequest', app.requireApiKey);

  app.get(
    '/api/v1/job-kinds',
    {
      schema: {
        ...common,
        operationId: 'listJobKinds',
        summary: 'The kinds of job that can be launched',
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
      // The document tells each kind's arguments; `checkArguments` tells a caller which ones are wrong.
      config: {
        swaggerTransform: ({ schema, url }) => ({
          schema: { ...schema, body: documentedLaunch(kinds, rules) },
          url,
        }),
      },
      schema: {
        ...common,
        operationId: 'launchJob',
        summary: 'Launch a job',
        headers: IdempotencyHeaders,
        body: NewLaunch,
        response: { 202: withHeaders(LaunchSchema, Location), ...problemResponses(400, 401, 404, 422, 503) },
      },
      links: { 202: linksTo(['getJob'], { id: '$response.body#/id' }) },
    },
    async (request, reply) => {
      const { kind: name, arguments: given } = request.body;
      const kind = kinds.find((registered) => registered.name === name);
      if (!kind) throw invalid('body.kind', `must be one of ${kinds.map((k) => k.name).join(', ')}`);
      await checkArguments(request, kind, given, { rules, scanExists });
      const item = newLaunchItem(randomUUID(), name, given, new Date());
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
        summary: 'One launched job: how far it is and what came of it',
        params: RecordParams,
        response: { 200: LaunchSchema, ...problemResponses(400, 401, 404, 503) },
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
