import { expect } from 'chai';
import { logTo, type TestApp, testApp } from '../support/app.ts';
import { freePort } from '../support/free-port.ts';

describe('when the database is away', () => {
  let test: TestApp;
  const log: string[] = [];
  before(async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    test = await testApp({
      logger: logTo((line) => log.push(line)),
      tables: { endpoint, prefix: 'none', page: 'none-page', users: 'none-users', streams: 'none-streams' },
    });
  });
  after(() => test.close());

  for (const [method, url, payload] of [
    ['GET', '/page', undefined],
    ['GET', '/api/v1/page', undefined],
    ['PUT', '/api/v1/page', { string: 'x' }],
    ['GET', '/api/v1/users', undefined],
    ['POST', '/api/v1/users', { username: 'ann' }],
    ['GET', '/api/v1/users/ann', undefined],
    ['PATCH', '/api/v1/users/ann', {}],
    ['DELETE', '/api/v1/users/ann', undefined],
    ['PUT', '/api/v1/users/ann/properties/a', { a: 1 }],
    ['DELETE', '/api/v1/users/ann/properties/a', undefined],
    ['GET', '/api/v1/streams', undefined],
    ['POST', '/api/v1/stream', {}],
    ['PUT', '/api/v1/streams/a', undefined],
    ['DELETE', '/api/v1/streams/a', undefined],
    ['GET', '/readyz', undefined],
  ] as const) {
    it(`${method} ${url} answers 503 with Retry-After and no details`, async () => {
      const answer = await test.call({ method, url, ...(payload ? { payload } : {}) });
      expect(answer.statusCode).to.equal(503);
      expect(answer.headers['retry-after']).to.equal('1');
      expect(answer.json()).to.include({ status: 503, title: 'Service Unavailable' });
      expect(answer.body).not.to.match(/127\.0\.0\.1|ECONN|at .*\.ts/);
    });
  }

  it('lives on, stays with the load balancer, and the log says why', async () => {
    for (const url of ['/livez', '/healthz']) expect((await test.call({ url })).statusCode).to.equal(200);
    expect(log.join('')).to.include('ECONNREFUSED');
  });
});
