import { expect } from 'chai';
import fc from 'fast-check';
import {
  type BadRequest,
  badRequest,
  bytesOf,
  type OpenApiDocument,
  type Operation,
  operationsOf,
} from '../support/bad-requests.ts';
import { ConnectionLost, type RawAnswer, RawConnection } from '../support/raw-connection.ts';
import { hangLimit, sized } from '../support/rounds.ts';
import { authorization, type Service, startService } from '../support/service.ts';
import { freshTables } from '../support/tables.ts';

/** Statuses of requests that are wrong in themselves: their answers must say where. */
const namesTheField = [400, 408, 413, 414, 415, 417, 422, 431];

/** More than the headers of any request here, less than the bodies that are refused unread. */
const patientBytes = 50_000;

/** Without the half megabyte that a body may have. */
function reporter<T>(run: fc.RunDetails<T>): void {
  if (run.failed) throw new Error(fc.defaultReportMessage(run)?.slice(0, 2000), { cause: run.errorInstance });
}

/** A right request with a tag that is no longer current, which chance makes too seldom. */
function staleTag({ method, path }: Operation): [BadRequest][] {
  if (method !== 'PUT' || path !== '/api/v1/page') return [];
  const headers = ['If-Match: "never"', 'Content-Type: application/json'];
  return [[{ method, target: path, headers, body: Buffer.from('{"string":"stale"}') }]];
}

describe('bad input', function () {
  this.timeout(hangLimit);
  let service: Service;
  let operations: Operation[];

  before(async () => {
    service = await startService(await freshTables(), { TRUSTED_PROXIES: '127.0.0.1' });
    operations = operationsOf(
      (await (await fetch(`${service.url}/api/openapi.json`)).json()) as OpenApiDocument,
    );
    expect(operations.length).to.be.above(15);
  });
  after(() => service.stop());
  afterEach(async () => {
    expect(service.process.exitCode).to.equal(null);
    expect((await fetch(`${service.url}/livez`)).status).to.equal(200);
  });

  async function send(request: string | Buffer): Promise<RawAnswer> {
    const bytes = typeof request === 'string' ? Buffer.from(request, 'latin1') : request;
    const connection = await RawConnection.open(service.port);
    connection.send(bytes);
    try {
      return await connection.answer();
    } catch (error) {
      // Who is answered before the body is read and goes on sending may lose the answer to a reset connection.
      if (!(error instanceof ConnectionLost) || bytes.length < patientBytes) throw error;
      return await send(bytes.subarray(0, patientBytes));
    } finally {
      connection.destroy();
    }
  }

  function check(answer: RawAnswer): void {
    const shown = `${answer.status} ${answer.body.slice(0, 300)}`;
    expect(answer.status, shown).to.be.within(200, 499);
    // What says nothing of caching is up to each cache on the way.
    expect(answer.headers, shown).to.have.property('cache-control');
    if (answer.status < 400) return;
    expect(answer.headers['cache-control'], shown).to.equal('no-store');
    expect(answer.headers['content-type'], shown).to.match(/^application\/problem\+json/);
    const problem = JSON.parse(answer.body);
    expect(problem.status, shown).to.equal(answer.status);
    expect(problem.title, shown).to.be.a('string');
    expect(problem.detail, shown).to.be.a('string');
    expect(answer.body, shown).not.to.match(/node_modules|\.ts:\d/);
    if (!namesTheField.includes(answer.status)) return;
    expect(problem.errors, shown).to.be.an('array').with.length.above(0);
    for (const { field, message } of problem.errors) {
      expect(field, shown).to.match(/^(body|query|params|headers|path|request)\b/);
      expect(message, shown).to.be.a('string');
    }
  }

  it('at any route is answered by a problem that names the field, or is no bad input after all', async () => {
    const seen = new Map<number, number>();
    for (const operation of operations) {
      await fc.assert(
        fc.asyncProperty(badRequest(operation), async (request) => {
          const answer = await send(bytesOf(request, authorization));
          check(answer);
          seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
        }),
        { seed: 51, numRuns: sized(1000, 60), reporter, examples: staleTag(operation) },
      );
    }
    // The requests are of every kind: some get through, and they fail in more ways than one.
    expect([...seen.keys()]).to.include.members([200, 201, 204, 400, 404, 412, 413, 415]);
  });

  const post = 'POST /api/v1/stream HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n';
  const get = 'GET /page HTTP/1.1\r\nHost: test\r\n';
  const raw: [string, string, number, string][] = [
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400, 'request'],
    ['no HTTP', 'hello\r\n\r\n', 400, 'request'],
    ['an unknown method', 'FETCH /page HTTP/1.1\r\nHost: test\r\n\r\n', 400, 'request'],
    ['an unknown version', 'GET /page HTTP/9.9\r\nHost: test\r\n\r\n', 400, 'request'],
    ['no host', 'GET /page HTTP/1.1\r\n\r\n', 400, 'headers.host'],
    ['two hosts', `${get}Host: other\r\n\r\n`, 200, ''],
    ['a null in a header', `${get}X-A: a\0b\r\n\r\n`, 400, 'request'],
    ['a header without a colon', `${get}X-A\r\n\r\n`, 400, 'request'],
    ['a space before the colon', `${get}X-A : 1\r\n\r\n`, 400, 'request'],
    ['a folded header', `${get}X-A: 1\r\n 2\r\n\r\n`, 400, 'request'],
    ['huge headers', `${get}X-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers'],
    ['a huge URL', `GET /page?${'a'.repeat(20_000)} HTTP/1.1\r\nHost: test\r\n\r\n`, 431, 'headers'],
    ['many headers', `${get}${'A: 1\r\n'.repeat(3000)}\r\n`, 431, 'headers'],
    ['a control character in the URL', 'GET /pa\x01ge HTTP/1.1\r\nHost: test\r\n\r\n', 400, 'request'],
    ['a bad escape in the URL', 'GET /api/v1/users/%zz HTTP/1.1\r\nHost: test\r\n\r\n', 400, 'path'],
    ['two lengths', `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400, 'request'],
    ['a negative length', `${post}Content-Length: -1\r\n\r\n`, 400, 'request'],
    ['length and chunks', `${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`, 400, 'request'],
    ['an unknown coding', `${post}Transfer-Encoding: rot13\r\n\r\n{}`, 400, 'request'],
    ['a bad chunk', `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`, 400, 'request'],
    [
      'a huge chunk extension',
      `${post}Transfer-Encoding: chunked\r\n\r\n2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
      413,
      'body',
    ],
    ['a length that is too large', `${post}Content-Length: 999999999\r\n\r\n{`, 413, 'body'],
    [
      'chunks that are too large together',
      `${post}Transfer-Encoding: chunked\r\n\r\n${`ffff\r\n${' '.repeat(0xffff)}\r\n`.repeat(9)}0\r\n\r\n`,
      413,
      'body',
    ],
    ['an expectation', `${post}Expect: miracles\r\nContent-Length: 2\r\n\r\n{}`, 417, 'headers.expect'],
    ['bytes that are no UTF-8', `${post}Content-Length: 4\r\n\r\n"\xff\xfe"`, 400, 'body'],
    ['no type', 'POST /api/v1/stream HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\n{}', 415, 'headers'],
  ];
  for (const [name, bytes, status, field] of raw) {
    it(`${name}: ${status}`, async () => {
      const answer = await send(bytes);
      check(answer);
      expect(answer.status, answer.body).to.equal(status);
      if (field) expect(JSON.parse(answer.body).errors[0].field).to.match(new RegExp(`^${field}`));
    });
  }

  for (const method of ['PROPFIND', 'TRACE', 'PURGE', 'DELETE', 'QUERY']) {
    it(`${method} where it means nothing is a problem too`, async () => {
      const answer = await send(`${method} /page HTTP/1.1\r\nHost: test\r\n\r\n`);
      check(answer);
      expect(answer.status).to.equal(405);
    });
  }

  for (const target of [
    '*',
    '//page',
    'http://elsewhere/page',
    '/page/',
    '/page;x',
    '/PAGE',
    '/./page',
    '/page#a',
    '?',
  ]) {
    it(`the target ${target} is answered in some valid way`, async () => {
      check(await send(`GET ${target} HTTP/1.1\r\nHost: test\r\n\r\n`));
    });
  }

  it('connections that break off mid-request do no harm', async () => {
    for (const part of ['P', 'POST /api/v1/stream HT', post, `${post}Content-Length: 50\r\n\r\n{"stream`]) {
      const connection = await RawConnection.open(service.port);
      connection.send(part);
      await connection.finish();
    }
  });

  it('a wish for another protocol is ignored or refused, never a crash', async () => {
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    check(await send(get + upgrade));
    const connection = await RawConnection.open(service.port);
    connection.send('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n');
    await connection.ended;
  });
});
