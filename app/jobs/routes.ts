import { randomUUID } from 'node:crypto';
import type { JobKind } from '../../contract/job-kinds.ts';
import { outputPrefix, resultObject } from '../../contract/scans.ts';
import type { RepositoryRules } from '../../data/scans/repository-url.ts';
import type { App } from '../app.ts';
import { linksTo } from '../links.ts';
import { invalid, notFound } from '../problem.ts';
import { RecordParams } from '../scans/schema.ts';
import { Location, problemResponses, withHeaders } from '../schema.ts';
import type { Uploads } from '../uploads/uploads.ts';
import { checkArguments } from './arguments.ts';
import { expiryOf } from './expiry.ts';
import { anotherBody, IdempotencyHeaders, idempotencyKey } from './idempotency.ts';
import { fromItem, launchInput, newLaunchItem } from './launch.ts';
import type { Records } from './records.ts';
import { documentedLaunch, KindListSchema, LaunchSchema, NewLaunch } from './schema.ts';
import type { Start } from './start.ts';

interface Options {
  readonly kinds: readonly JobKind[];
  readonly records: Records;
  /** Those of scans, whose sources jobs may be launched on. */
  readonly scans: Pick<Records, 'read'>;
  readonly bucket: Pick<Uploads, 'getUrl'>;
  readonly start: Start;
  readonly rules: RepositoryRules;
}

/** Seconds for which the URL of a result is valid. */
const validFor = 3600;

const common = { tags: ['jobs'], security: [{ apiKey: [] }] };

export async function launchRoutes(app: App, options: Options): Promise<void> {
  const { kinds, records, scans, bucket, start, rules } = options;
  const scanExists = async (id: string) => (await scans.read(id))?.repository_url !== undefined;
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
      const created = await records.create(item, idempotencyKey(request, [name, given]));
      if (created === 'another body') throw anotherBody();
      const job = 'id' in created ? await records.read(created.id) : item;
      if (!job) throw notFound('the job that this idempotency key stands for');
      if (job.status?.S === 'queued') {
        // The job is saved: should this be lost, lost-starts.ts makes up for it.
        await start(job.id?.S as string, launchInput(job)).catch((error) =>
          request.log.warn({ err: error, job: job.id?.S }, 'the job will be started later'),
        );
      }
      const body = fromItem(job);
      return reply.code(202).header('location', `/api/v1/jobs/${body.id}`).send(body);
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
      const item = await records.read(request.params.id);
      if (!item?.kind) throw notFound(`the job ${request.params.id}`);
      const job = fromItem(item);
      reply.header('cache-control', 'no-store');
      if (job.status !== 'succeeded') return reply.send(job);
      const expiry = expiryOf(job);
      if (expiry.results_expired) return reply.send({ ...job, ...expiry });
      const key = `${outputPrefix.job(job.id)}/${resultObject(job.kind)}`;
      return reply.send({ ...job, ...expiry, result_url: await bucket.getUrl(key, validFor) });
    },
  );
}
