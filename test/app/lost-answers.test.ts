import { expect } from 'chai';
import type { InjectOptions } from 'fastify';
import { type TestApp, testApp } from '../support/app.ts';
import { emulator, freshTables } from '../support/emulator.ts';
import { type DatabaseProxy, databaseProxy } from '../support/proxy.ts';

/** The database has done what it was asked, but its answer never arrives: the client asks again. */
describe('a write whose first answer is lost', () => {
  let proxy: DatabaseProxy;
  let test: TestApp;
  beforeEach(async () => {
    const { endpoint } = await emulator();
    proxy = await databaseProxy(endpoint);
    test = await testApp({ tables: { ...(await freshTables(endpoint)), endpoint: proxy.endpoint } });
  });
  afterEach(async () => {
    await test.close();
    await proxy.close();
  });

  const isWrite = ({ operation }: { operation: string }) => operation !== 'GetItem';

  function loseNextAnswer(): void {
    let lost = false;
    proxy.disturb({
      after: async (call) => {
        if (lost || !isWrite(call)) return;
        lost = true;
        throw new Error('cut off');
      },
    });
  }

  async function sendLosing(request: InjectOptions) {
    const before = proxy.calls.filter(isWrite).length;
    loseNextAnswer();
    const answer = await test.call(request);
    expect(proxy.calls.filter(isWrite).length - before, 'writes sent').to.equal(2);
    return answer;
  }

  const putPage = (string: string, headers = {}): InjectOptions => ({
    method: 'PUT',
    url: '/api/v1/page',
    payload: { string },
    headers,
  });

  it('counts once: the page has one version more, and If-Match does not take it for another', async () => {
    const first = await sendLosing(putPage('first', { 'if-match': '"0"' }));
    expect([first.statusCode, first.json().version]).to.deep.equal([200, 1]);
    const second = await sendLosing(putPage('second'));
    expect([second.statusCode, second.json().version]).to.deep.equal([200, 2]);
    expect((await test.call({ url: '/api/v1/page' })).json()).to.deep.equal(second.json());
  });

  it('does not undo what another wrote between the two', async () => {
    const holding = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    let writes = 0;
    proxy.disturb({
      before: async (call) => {
        // The second write is the first one's repetition: it waits until the other writer is done.
        if (isWrite(call) && ++writes === 2) {
          holding.resolve();
          await release.promise;
        }
      },
      after: async (call) => {
        if (isWrite(call) && writes === 1) throw new Error('cut off');
      },
    });
    const early = test.call(putPage('early'));
    await holding.promise;
    expect((await test.call({ url: '/api/v1/page' })).json().string).to.equal('early');
    const late = await test.call(putPage('late'));
    expect(late.statusCode).to.equal(200);
    release.resolve();
    expect((await early).statusCode).to.equal(200);
    expect((await test.call({ url: '/api/v1/page' })).json().string).to.equal('late');
  });

  it('counts once: a user is created, changed and deleted', async () => {
    const created = await sendLosing({
      method: 'POST',
      url: '/api/v1/users',
      payload: { username: 'ann', stream_limit: 1 },
    });
    expect(created.statusCode).to.equal(201);
    const changed = await sendLosing({
      method: 'PATCH',
      url: '/api/v1/users/ann',
      payload: { name: 'Ann' },
      headers: { 'if-match': created.headers.etag },
    });
    expect(changed.statusCode).to.equal(200);
    const limited = await sendLosing({
      method: 'PATCH',
      url: '/api/v1/users/ann',
      payload: { stream_limit: 2 },
      headers: { 'if-match': changed.headers.etag },
    });
    expect(limited.statusCode).to.equal(200);
    const url = '/api/v1/users/ann/properties/a';
    const put = await sendLosing({
      method: 'PUT',
      url,
      payload: '1',
      headers: { 'content-type': 'application/json' },
    });
    expect(put.statusCode).to.be.oneOf([200, 201]);
    expect((await sendLosing({ method: 'DELETE', url })).statusCode).to.equal(204);
    expect((await test.call({ url: '/api/v1/users/ann' })).json()).to.deep.include({
      name: 'Ann',
      stream_limit: 2,
      properties: {},
    });
  });

  it('takes one place: a stream is started, kept, taken over and stopped', async () => {
    const url = '/api/v1/streams';
    const start = (payload: object) => sendLosing({ method: 'POST', url, payload });
    expect((await start({ stream_id: 'a' })).json()).to.include({ stream_id: 'a', active: 1 });
    expect((await sendLosing({ method: 'PUT', url: `${url}/a` })).json()).to.include({ active: 1 });
    // Without an id of the caller's, too: the service's own id is made once for all attempts.
    expect((await start({})).json()).to.include({ active: 2 });
    expect((await sendLosing({ method: 'DELETE', url: `${url}/a` })).statusCode).to.equal(204);
    expect((await test.call({ url })).json().active).to.equal(1);
  });
});

describe('many writers of one item', () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await testApp();
  });
  afterEach(() => test.close());

  async function write(writers: number, request: (writer: string) => InjectOptions) {
    const answers = await Promise.all(Array.from({ length: writers }, (_, i) => test.call(request(`${i}`))));
    for (const { statusCode, headers } of answers) {
      expect(statusCode).to.be.oneOf([200, 503]);
      if (statusCode === 503) expect(headers['retry-after']).to.equal('1');
    }
    return answers.filter(({ statusCode }) => statusCode === 200).map((answer) => answer.json());
  }

  // A try fails only when another write succeeded, so a writer who gave up after 50 tries has seen 50 others succeed.
  it('of the page: all are done whom the tries suffice for, each in a version of its own', async () => {
    const done = await write(55, (string) => ({ method: 'PUT', url: '/api/v1/page', payload: { string } }));
    expect(done.length).to.be.at.least(50);
    const versions = done.map(({ version }) => version).sort((a, b) => a - b);
    expect(versions).to.deep.equal(Array.from(done, (_, i) => i + 1));
    const saved = (await test.call({ url: '/api/v1/page' })).json();
    expect(saved).to.deep.equal(done.find(({ version }) => version === done.length));
  });

  // The same after 20 tries.
  it('of a user: all are done whom the tries suffice for, and what stays is one of theirs', async () => {
    const url = '/api/v1/users/ann';
    await test.call({ method: 'POST', url: '/api/v1/users', payload: { username: 'ann' } });
    const done = await write(25, (name) => ({ method: 'PATCH', url, payload: { name } }));
    expect(done.length).to.be.at.least(20);
    expect(done).to.deep.include((await test.call({ url })).json());
  });
});
