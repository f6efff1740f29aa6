import { expect } from 'chai';
import { logTo, type TestApp, testApp } from '../support/app.ts';
import { apiKey } from '../support/service.ts';

describe('every answer of the service', () => {
  let test: TestApp;
  let log: string[];
  beforeEach(async () => {
    log = [];
    test = await testApp({ logger: logTo((line) => log.push(line)) });
  });
  afterEach(() => test.close());

  it('tells the time of the database apart from the rest', async () => {
    for (const url of ['/page', '/api/v1/streams', '/livez', '/nowhere', '/api/v1/users?limit=0', '/%']) {
      const answer = await test.call({ url });
      const [, database, rest] = /^db;dur=([\d.]+), app;dur=([\d.]+)$/.exec(
        answer.headers['server-timing'] as string,
      ) as RegExpExecArray;
      expect(Number(rest), url).to.be.at.least(0);
      const asks = url === '/page' || url === '/api/v1/streams';
      if (asks) expect(Number(database), url).to.be.above(0);
      else expect(Number(database), url).to.equal(0);
    }
  });

  it('counts the database time of whoever waits for a shared read', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => test.call({ url: '/page' })));
    for (const { headers } of answers) expect(headers['server-timing']).not.to.match(/db;dur=0\.00,/);
  });

  it('carries the id of its request: the one given, else one of its own', async () => {
    const given = await test.call({ url: '/livez', headers: { 'x-request-id': 'trace-0123456789' } });
    expect(given.headers['x-request-id']).to.equal('trace-0123456789');
    for (const junk of ['short', 'x'.repeat(65), 'a b c d e f', '"; drop table--']) {
      const answer = await test.call({ url: '/livez', headers: { 'x-request-id': junk } });
      expect(answer.headers['x-request-id']).to.match(/^[0-9a-f-]{36}$/);
    }
  });

  it('is logged with request id, route and status, and with no key, address or name', async () => {
    const private_ = ['ann-the-user', 'ann@example.com', 'secret-film', 'the-saved-secret', '198.51.100.7'];
    const [username, email, video_name, string, remoteAddress] = private_ as [string, ...string[]];
    const headers = { 'x-request-id': 'request-0123' };
    const calls = [
      { method: 'POST', url: '/api/v1/users', payload: { username, email, properties: { [username]: 1 } } },
      { method: 'GET', url: `/api/v1/users/${username}` },
      { method: 'GET', url: `/api/v1/users/${username}/properties/${username}` },
      { method: 'GET', url: `/api/v1/users?cursor=${username}!` },
      { method: 'POST', url: '/api/v1/stream', payload: { video_name, stream_id: username } },
      { method: 'POST', url: '/api/v1/stream', payload: { [username]: email } },
      { method: 'GET', url: `/api/v1/streams`, headers: { 'x-viewer-id': username } },
      { method: 'PUT', url: '/api/v1/page', payload: { string } },
      {
        method: 'PUT',
        url: '/api/v1/page',
        payload: `{"${string}`,
        headers: { 'content-type': 'text/plain' },
      },
      { method: 'GET', url: `/${username}?${email}` },
      { method: 'GET', url: `/%${username}` },
      { method: 'GET', url: '/api/v1/users', headers: { authorization: `Bearer wrong-${string}` } },
    ] as const;
    for (const call of calls) {
      await test.call({
        ...call,
        remoteAddress,
        headers: { ...headers, ...('headers' in call ? call.headers : {}) },
      });
    }
    const lines = log.map((line) => JSON.parse(line));
    const answered = lines.filter((line) => line.msg === 'request answered');
    expect(answered).to.have.length(calls.length);
    for (const line of answered) {
      expect(line).to.include({ request_id: 'request-0123' });
      const { route: _none, ...rest } = line;
      expect(rest).to.have.all.keys(
        'level',
        'time',
        'request_id',
        'method',
        'status',
        'ms',
        'database_ms',
        'msg',
      );
    }
    expect(answered[1]).to.include({ method: 'GET', route: '/api/v1/users/:username', status: 200 });
    for (const text of [...private_, apiKey]) expect(log.join('')).not.to.include(text);
  });
});
