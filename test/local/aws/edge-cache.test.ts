import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import Fastify, { type FastifyInstance } from 'fastify';
import { type Caching, caching } from '../../../contract/caching.ts';
import { type EdgeCacheOptions, secondsKept } from '../../../local/aws/edge-cache.ts';
import { createGateway } from '../../../local/aws/gateway.ts';

/** A distribution that is told nothing about errors, and the managed policy CachingDisabled. */
const untold: Caching = {
  customErrorResponses: [],
  servicePolicy: {
    minTtl: 0,
    defaultTtl: 0,
    maxTtl: 0,
    parametersInCacheKeyAndForwardedToOrigin: {
      queryStringsConfig: { queryStringBehavior: 'none' },
      headersConfig: { headerBehavior: 'none' },
      cookiesConfig: { cookieBehavior: 'none' },
      enableAcceptEncodingGzip: false,
      enableAcceptEncodingBrotli: false,
    },
  },
};

describe('what the CDN keeps', () => {
  const answers: [status: number, cacheControl: string, ours: number, untold: number][] = [
    [200, '', 0, 0],
    [200, 'public, max-age=5', 5, 0],
    [200, 'public, max-age=5, s-maxage=7', 7, 0],
    [200, 'private, max-age=5', 0, 0],
    [200, 'no-cache', 0, 0],
    [200, 'no-store', 0, 0],
    [201, 'public, max-age=5', 0, 0],
    [404, '', 0, 10],
    [404, 'no-store', 0, 0],
    [404, 'max-age=60', 60, 10],
    [410, 'no-store', 0, 0],
    [400, '', 0, 0],
    [400, 'no-store', 0, 0],
    [400, 'max-age=60', 60, 10],
    [429, 'max-age=60', 0, 0],
    [500, 'no-store', 0, 10],
    [501, 'no-store', 0, 0],
    [502, 'private', 0, 10],
    [503, 'no-store', 0, 10],
    [503, 'max-age=60', 60, 10],
    [504, '', 0, 10],
  ];
  for (const [status, cacheControl, ours, byDefault] of answers) {
    it(`of ${status} ${cacheControl || 'without Cache-Control'}: ${ours} s, untold ${byDefault} s`, () => {
      expect(secondsKept(status, cacheControl, caching)).to.equal(ours);
      expect(secondsKept(status, cacheControl, untold)).to.equal(byDefault);
    });
  }
});

describe('the gateway as a cache', () => {
  let service: FastifyInstance;
  let gateway: FastifyInstance | undefined;
  let upstream: string | undefined;
  let url: string;
  let now: number;
  let calls: number;
  const site = mkdtempSync(join(tmpdir(), 'edge-'));

  before(async () => {
    writeFileSync(join(site, 'index.html'), '<p>');
    service = Fastify({ forceCloseConnections: true });
    service.get<{ Querystring: { dest_code?: string } }>('/rates', async ({ query }, reply) => {
      if (query.dest_code === 'NOPE') return reply.code(404).send({ unknown: query.dest_code });
      return { to: query.dest_code };
    });
    service.get('/api/v1/away', async (_request, reply) =>
      reply
        .code(calls++ === 0 ? 503 : 200)
        .header('cache-control', 'no-store')
        .send({ calls }),
    );
    service.get('/api/v1/players', async ({ query, headers }, reply) =>
      reply
        .header('cache-control', 'public, max-age=5')
        .send({ calls: ++calls, query, by: headers.authorization }),
    );
    service.post('/api/v1/players', async () => ({ calls: ++calls }));
    service.get('/api/v1/host', async ({ headers }) => headers.host);
    upstream = await service.listen({ port: 0, host: '127.0.0.1' });
  });
  after(async () => {
    await service.close();
    rmSync(site, { recursive: true });
  });
  beforeEach(() => {
    now = 0;
    calls = 0;
  });
  afterEach(() => gateway?.close());

  async function open(options: EdgeCacheOptions = {}): Promise<void> {
    const upstreams = { service: () => upstream, buckets: () => undefined, media: 'media' };
    gateway = await createGateway(upstreams, site, { now: () => now, ...options });
    url = await gateway.listen({ port: 0, host: '127.0.0.1' });
  }
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(url + path, init);
    return [answer.status, await answer.json()];
  };

  it('untold, shows one caller’s error to all for 10 s, whatever they ask', async () => {
    await open({ caching: untold });
    await ask('/rates?dest_code=NOPE');
    expect(await ask('/rates?dest_code=EETLL')).to.deep.equal([404, { unknown: 'NOPE' }]);
    expect((await ask('/api/v1/away'))[0]).to.equal(503);
    now = 9_999;
    expect((await ask('/api/v1/away'))[0]).to.equal(503);
    now = 10_000;
    expect((await ask('/api/v1/away'))[0]).to.equal(200);
    expect(await ask('/rates?dest_code=EETLL')).to.deep.equal([200, { to: 'EETLL' }]);
  });

  it('shows nobody another’s error, nor one that is over', async () => {
    await open();
    await ask('/rates?dest_code=NOPE');
    expect(await ask('/rates?dest_code=EETLL')).to.deep.equal([200, { to: 'EETLL' }]);
    expect((await ask('/api/v1/away'))[0]).to.equal(503);
    expect((await ask('/api/v1/away'))[0]).to.equal(200);
  });

  it('keeps an answer for as long as it says, with its age', async () => {
    await open();
    const [, first] = await ask('/api/v1/players');
    now = 4_999;
    const again = await fetch(`${url}/api/v1/players`);
    expect(again.headers.get('age')).to.equal('4');
    expect(again.headers.get('cache-control')).to.equal('public, max-age=5');
    expect(await again.json()).to.deep.equal(first);
    now = 5_000;
    expect((await ask('/api/v1/players'))[1]).to.include({ calls: 2 });
  });

  it('keeps answers apart by query, key and cookies, and none but those to GET', async () => {
    await open();
    const different: [string, RequestInit?][] = [
      ['/api/v1/players?cursor=a'],
      ['/api/v1/players?cursor=b'],
      ['/api/v1/players', { headers: { authorization: 'Bearer a' } }],
      ['/api/v1/players', { headers: { authorization: 'Bearer b' } }],
      ['/api/v1/players', { headers: { cookie: 'a=1' } }],
      ['/api/v1/players'],
      ['/api/v1/players', { method: 'POST' }],
      ['/api/v1/players', { method: 'POST' }],
    ];
    for (const [i, [path, init]] of different.entries())
      expect((await ask(path, init))[1], `request ${i}`).to.include({ calls: i + 1 });
  });

  it('hands on the name that the caller asked for', async () => {
    await open();
    expect(await (await fetch(`${url}/api/v1/host`)).text()).to.equal(new URL(url).host);
  });
});
