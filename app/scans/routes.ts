import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { scanListing } from '../../contract/scans.ts';
import {
  parseRepositoryUrl,
  type Repository,
  type RepositoryRules,
} from '../../data/scans/repository-url.ts';
import { cursorOf, positionOf } from '../cursor.ts';
import type { App } from '../instance.ts';
import { linksTo } from '../links.ts';
import { invalid, notFound, Problem } from '../problem.ts';
import { IdempotencyHeaders, RecordParams, type Requested, takeRequest } from '../records/request.ts';
import { defaultLimit, Location, problemResponses, withHeaders } from '../schema.ts';
import { type Findings, fits, pageOf } from './findings.ts';
import { toSarif } from './sarif.ts';
import { newScanItem, type Scan } from './scan.ts';
import {
  hasResults,
  newScan,
  ScanListSchema,
  ScanQuery,
  ScanSchema,
  ScanWithFindingsSchema,
  scanListQuery,
  toBody,
} from './schema.ts';

interface Options {
  readonly scans: Requested<Scan>;
  readonly findings: Findings;
  readonly rules: RepositoryRules;
}

const common = { tags: ['scans'], security: [{ apiKey: [] }] };

export async function scanRoutes(app: App, { scans, findings, rules }: Options): Promise<void> {
  app.addHook('onRequest', app.requireApiKey);

  app.post(
    '/api/v1/scans',
    {
      schema: {
        ...common,
        operationId: 'requestScan',
        summary: 'Request a scan of a repository',
        headers: IdempotencyHeaders,
        body: newScan(rules),
        response: { 202: withHeaders(ScanSchema, Location), ...problemResponses(400, 401, 404, 422, 503) },
      },
      links: { 202: linksTo(['getScan'], { id: '$response.body#/id' }) },
    },
    async (request, reply) => {
      const repository = repositoryOf(request.body.repository_url, 'body.repository_url', rules);
      const ref = request.body.ref ?? 'HEAD';
      const item = newScanItem(randomUUID(), repository, ref, new Date());
      const scan = await takeRequest(request, scans, item, [repository.url, ref]);
      return reply.code(202).header('location', `/api/v1/scans/${scan.id}`).send(toBody(scan));
    },
  );

  app.get(
    '/api/v1/scans',
    {
      schema: {
        ...common,
        operationId: 'listScans',
        summary: 'The scans of a repository, or all, newest first',
        querystring: scanListQuery(rules),
        response: { 200: ScanListSchema, ...problemResponses(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const { repository_url, limit = defaultLimit, cursor } = request.query;
      const after = cursor ? positionOf(cursor) : undefined;
      const partition =
        repository_url === undefined
          ? { index: 'newest', attribute: 'listing', value: scanListing }
          : {
              index: 'by_repository',
              attribute: 'repository_url',
              value: repositoryOf(repository_url, 'query.repository_url', rules).url,
            };
      const { items, last } = await scans.records.list(partition, { limit: Number(limit), after });
      return { items: items.map(toBody), next_cursor: cursorOf(last) };
    },
  );

  app.get(
    '/api/v1/scans/:id',
    {
      schema: {
        ...common,
        operationId: 'getScan',
        summary: 'One scan: its status and its findings',
        description:
          'Once the results have expired the answer is 410, in any format; its member `scan` holds the scan without them.',
        params: RecordParams,
        querystring: ScanQuery,
        response: {
          200: {
            description: 'The scan, with one page of its findings',
            content: {
              'application/json': { schema: ScanWithFindingsSchema },
              'application/sarif+json': { schema: Type.Object({}, { additionalProperties: true }) },
            },
          },
          ...problemResponses(400, 401, 404, 410, 503),
        },
      },
    },
    async (request, reply) => {
      const { severity, rule, kind, limit = defaultLimit, cursor, format } = request.query;
      const scan = await scans.records.read(request.params.id);
      if (!scan) throw notFound(`the scan ${request.params.id}`);
      const body = toBody(scan);
      // S3 deletes expired objects up to some days late; their end must not depend on that.
      const kept = !body.results_expired;
      const found = hasResults(scan) ? kept && (await findings.of(scan.id)) : [];
      // An empty list would make a scan whose findings were deleted look clean.
      if (!found) throw gone(body);
      const filter = { severity, rule, kind };
      reply.header('cache-control', 'no-store');
      if (format === 'sarif') {
        const fitting = found.filter((finding) => fits(finding, filter));
        return reply
          .type('application/sarif+json')
          .header('content-disposition', `attachment; filename="${scan.id}.sarif"`)
          .send(JSON.stringify(toSarif(scan, fitting)) as never);
      }
      const page = pageOf(found, filter, { limit: Number(limit), cursor });
      return reply.send({ ...body, findings: page });
    },
  );
}

/** The answer for a scan whose results were deleted. The problem holds the scan without them. */
function gone(scan: ReturnType<typeof toBody>): Problem {
  const why = scan.results_expired ? `expired at ${scan.results_expire_at}` : 'are no longer kept';
  return new Problem(410, `the findings of the scan ${scan.id} ${why}; scan again`, {
    extensions: { scan: { ...scan, results_expired: true } },
  });
}

function repositoryOf(url: string, field: string, rules: RepositoryRules): Repository {
  const repository = parseRepositoryUrl(url, rules);
  if (typeof repository === 'string') throw invalid(field, repository);
  return repository;
}
