import { expect } from 'chai';
import type { InjectOptions } from 'fastify';
import { bucketAnswers, databaseAnswers, workflowAnswers } from '../support/aws-errors.ts';
import type { Call, Fault } from '../support/fault-proxy.ts';
import { type FaultWorld, type FaultyApp, faultWorld, knownRate } from '../support/fault-world.ts';
import { full, hangLimit } from '../support/rounds.ts';

type Choose = (call: Call) => Fault;

const networkFaults = ['refused', 'stalled', 'lost', 'hung', 'cut', 'frozen', 'late', 'twice'] as const;
const databaseFaults: [string, Choose][] = [
  ...networkFaults.map((fault): [string, Choose] => [fault, () => fault]),
  ['throttled', databaseAnswers.throttled],
  ['no capacity', databaseAnswers.noCapacity],
  ['over the request limit', databaseAnswers.requestLimit],
  ['an internal error', databaseAnswers.internal],
  ['unavailable', databaseAnswers.unavailable],
  ['no JSON', () => ({ status: 200, body: '{"Item":{' })],
  ['unprocessed', databaseAnswers.unprocessed],
  ['cancelled by throttling', databaseAnswers.cancelled('ThrottlingError')],
  ['cancelled for want of capacity', databaseAnswers.cancelled('ProvisionedThroughputExceeded')],
  ['cancelled by another transaction', databaseAnswers.cancelled('TransactionConflict')],
];
const bucketFaults: [string, Choose][] = [
  ...networkFaults.map((fault): [string, Choose] => [fault, () => fault]),
  ['slowing us down', bucketAnswers.slowDown],
  ['an internal error', bucketAnswers.internal],
  ['not deleted', bucketAnswers.notDeleted],
  ['no XML', () => ({ status: 200, body: '<Dele' })],
];
const workflowFaults: [string, Choose][] = [
  ...networkFaults.map((fault): [string, Choose] => [fault, () => fault]),
  ['throttled', workflowAnswers.throttled],
  ['at the limit of executions', workflowAnswers.limit],
  ['an internal error', workflowAnswers.internal],
  ['no JSON', () => ({ status: 200, body: '{"exec' })],
];

/** Those of `npm test`; `npm run drill:service` tries all. */
const quick = [
  'database is stalled',
  'database is cut',
  'database is no JSON',
  'database is cancelled by throttling',
  'bucket is cut',
  'bucket is not deleted',
  'workflow service is at the limit of executions',
];

interface Described {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
}

describe('every route, while what it needs is sick', function () {
  this.timeout(hangLimit);
  let world: FaultWorld;
  let users = 0;
  before(async () => {
    world = await faultWorld();
  });
  after(() => world.stop());

  /** A request for every operation, about things that are there when nothing is wrong. */
  async function requests(app: FaultyApp): Promise<Map<string, InjectOptions>> {
    const name = `user-${users++}`;
    const user = `/api/v1/users/${name}`;
    const { failedIngest, committedIngest, endedScan } = await world.seed();
    const json = { 'content-type': 'application/json' };
    const repository_url = 'https://github.com/a/b';
    const upload = { kind: 'prices', file_name: 'a.csv', size: 9 * 2 ** 20 };
    const video = { title: 'Goal', content_type: 'video/mp4', size: 5 };
    const fetchJob = { kind: 'fetch', arguments: { repository_url } };
    const season = { season: '2026', games: 1, minutes: 1, goals: 1, assists: 1 };
    const made = async (url: string, payload: object) =>
      (await app.call({ method: 'POST', url, payload })).json();
    await made('/api/v1/users', { username: name, stream_limit: 2, properties: { team: 'North' } });
    await made('/api/v1/users', { username: `${name}-gone` });
    const { id: gone } = await made(`/api/v1/users/${name}-gone/videos`, video);
    await made(`/api/v1/users/${name}/videos`, video);
    const { ingest_id } = await made('/api/v1/uploads', upload);
    const { id: job } = await made('/api/v1/jobs', fetchJob);
    await made('/api/v1/streams', { stream_id: name });
    const all: Record<string, InjectOptions> = {
      'post /api/v1/vitals': { payload: { page: 'home', vitals: [], requests: [] } },
      'get /api/v1/vitals': {},
      'get /livez': {},
      'get /healthz': {},
      'get /readyz': {},
      'get /page': {},
      'get /api/v1/page': {},
      'put /api/v1/page': { payload: { string: name } },
      'get /api/v1/users/{username}/properties/{key}': { url: `${user}/properties/team` },
      'put /api/v1/users/{username}/properties/{key}': {
        url: `${user}/properties/a`,
        payload: '1',
        headers: json,
      },
      'delete /api/v1/users/{username}/properties/{key}': { url: `${user}/properties/team` },
      'post /api/v1/users': { payload: { username: `${name}-new` } },
      'get /api/v1/users': {},
      'get /api/v1/users/{username}': { url: user },
      'patch /api/v1/users/{username}': { url: user, payload: { stream_limit: 4 } },
      'delete /api/v1/users/{username}': { url: `${user}-gone` },
      'get /api/v1/players': {},
      'get /api/v1/players/{username}': { url: `/api/v1/players/${name}` },
      'get /api/v1/players/{username}/stats': { url: `/api/v1/players/${name}/stats` },
      'put /api/v1/users/{username}/stats': { url: `${user}/stats`, payload: { seasons: [season] } },
      'get /api/v1/players/{username}/videos': { url: `/api/v1/players/${name}/videos` },
      'post /api/v1/users/{username}/videos': { url: `${user}/videos`, payload: video },
      'delete /api/v1/users/{username}/videos/{id}': { url: `${user}-gone/videos/${gone}` },
      'get /api/v1/streams': {},
      'post /api/v1/streams': { payload: {} },
      'post /api/v1/stream': { payload: {} },
      'put /api/v1/streams/{id}': { url: `/api/v1/streams/${name}` },
      'delete /api/v1/streams/{id}': { url: `/api/v1/streams/${name}` },
      'get /rates': { url: knownRate.path },
      'post /api/v1/uploads': { payload: upload },
      'post /api/v1/uploads/{id}/urls': { url: `/api/v1/uploads/${ingest_id}/urls`, payload: {} },
      'post /api/v1/uploads/{id}/complete': {
        url: `/api/v1/uploads/${ingest_id}/complete`,
        payload: { parts: [{ part_number: 1, etag: 'a' }] },
      },
      'get /api/v1/ingests': {},
      'get /api/v1/ingests/{id}': { url: `/api/v1/ingests/${ingest_id}` },
      'delete /api/v1/ingests/{id}': { url: `/api/v1/ingests/${committedIngest}` },
      'post /api/v1/ingests/{id}/retry': { url: `/api/v1/ingests/${failedIngest}/retry` },
      'post /api/v1/scans': { payload: { repository_url } },
      'get /api/v1/scans': {},
      'get /api/v1/scans/{id}': { url: `/api/v1/scans/${endedScan}` },
      'get /api/v1/job-kinds': {},
      'post /api/v1/jobs': { payload: fetchJob },
      'get /api/v1/jobs/{id}': { url: `/api/v1/jobs/${job}` },
    };
    return new Map(
      Object.entries(all).map(([operation, request]) => {
        const [method = '', url = ''] = operation.split(' ');
        return [operation, { method: method.toUpperCase() as 'GET', url, ...request }];
      }),
    );
  }

  /** Sends every operation to a service that has been made sick. @returns what must not be answered. */
  async function wrongAnswers(
    name: string,
    inject: (app: FaultyApp) => void,
  ): Promise<() => Promise<string[]>> {
    const app = await world.app();
    const { paths } = (await app.call({ url: '/api/openapi.json' })).json() as Described;
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { responses }]) => [`${method} ${path}`, responses] as const),
    );
    const sent = await requests(app);
    expect([...sent.keys()]).to.have.members(operations.map(([operation]) => operation));
    inject(app);
    return async () => {
      const wrong = operations.map(async ([operation, responses]) => {
        const { statusCode, headers, body } = await app.call(sent.get(operation) as InjectOptions);
        const saysWhen = statusCode !== 503 || headers['retry-after'] !== undefined;
        if (statusCode in responses && statusCode !== 500 && saysWhen) return [];
        return [`${operation} while the ${name}: ${statusCode} ${body.slice(0, 200)}`];
      });
      return (await Promise.all(wrong)).flat();
    };
  }

  const sick: [string, [string, Choose][], (app: FaultyApp) => { inject: (choose: Choose) => void }][] = [
    ['database', databaseFaults, (app) => app.database],
    ['bucket', bucketFaults, (app) => app.bucket],
    ['workflow service', workflowFaults, (app) => app.workflows],
  ];
  it('answers as the document says, and 503 with Retry-After at worst', async () => {
    const tries: (() => Promise<string[]>)[] = [];
    // One after the other until they are ready, and then all at once: most of the time they wait.
    for (const [what, faults, of] of sick) {
      for (const [fault, choose] of faults) {
        const name = `${what} is ${fault}`;
        if (full || quick.includes(name))
          tries.push(await wrongAnswers(name, (app) => of(app).inject(choose)));
      }
    }
    expect((await Promise.all(tries.map((send) => send()))).flat()).to.deep.equal([]);
  });
});
