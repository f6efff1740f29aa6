import { expect } from 'chai';
import type { InjectOptions } from 'fastify';
import type { DatabaseProxy } from '../../local/aws/database-proxy.ts';
import { proxiedApp, type TestApp, testApp } from '../support/app.ts';
import { hangLimit } from '../support/rounds.ts';

/** The database has done what it was asked, but its answer never arrives: the client asks again. */
describe('a write whose first answer is lost', () => {
  let proxy: DatabaseProxy;
  let test: TestApp;
  beforeEach(async () => {
    const proxied = await proxiedApp();
    proxy = proxied.proxy;
    test = proxied;
  });
  afterEach(() => test.close());

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

  /** The request's first write is done, its answer is lost, others are served, and only then it is repeated. */
  async function repeatAfter(request: InjectOptions, others: () => Promise<void>) {
    const holding = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    let writes = 0;
    proxy.disturb({
      before: async (call) => {
        if (isWrite(call) && ++writes === 2) {
          holding.resolve();
          await release.promise;
        }
      },
      after: async (call) => {
        if (isWrite(call) && writes === 1) throw new Error('cut off');
      },
    });
    const early = test.call(request);
    await holding.promise;
    await others();
    release.resolve();
    return early;
  }

  it('does not undo what another wrote between the two', async () => {
    const early = await repeatAfter(putPage('early'), async () => {
      expect((await test.call({ url: '/api/v1/page' })).json().string).to.equal('early');
      expect((await test.call(putPage('late'))).statusCode).to.equal(200);
    });
    expect(early.statusCode).to.equal(200);
    expect((await test.call({ url: '/api/v1/page' })).json().string).to.equal('late');
  });

  const users = '/api/v1/users';
  const ann = `${users}/ann`;
  const createUser = (payload = {}) => ({
    method: 'POST' as const,
    url: users,
    payload: { username: 'ann', ...payload },
  });
  const patch = (payload: object, headers = {}): InjectOptions => ({
    method: 'PATCH',
    url: ann,
    payload,
    headers,
  });
  const property = (method: 'PUT' | 'DELETE', key: string, payload?: string): InjectOptions => ({
    method,
    url: `${ann}/properties/${key}`,
    ...(payload ? { payload, headers: { 'content-type': 'application/json' } } : {}),
  });
  const done = async (request: InjectOptions) => {
    const answer = await test.call(request);
    expect(answer.statusCode, answer.body).to.be.oneOf([200, 201, 204]);
    return answer;
  };
  const readUser = async () => (await test.call({ url: ann })).json();

  it('does not undo a later change of the same property', async () => {
    await done(createUser());
    const early = await repeatAfter(property('PUT', 'a', '"early"'), async () => {
      expect((await readUser()).properties).to.deep.equal({ a: 'early' });
      await done(property('PUT', 'a', '"late"'));
      await done(property('PUT', 'b', '1'));
    });
    expect(early.statusCode).to.equal(201);
    expect((await readUser()).properties).to.deep.equal({ a: 'late', b: 1 });
  });

  it('does not delete a property that was set again since', async () => {
    await done(createUser({ properties: { a: 1 } }));
    const early = await repeatAfter(property('DELETE', 'a'), () =>
      done(property('PUT', 'a', '2')).then(() => {}),
    );
    expect(early.statusCode).to.equal(204);
    expect((await readUser()).properties).to.deep.equal({ a: 2 });
  });

  it('does not undo a later patch, and is not stale for its own sake', async () => {
    const created = await done(createUser());
    const ifMatch = { 'if-match': created.headers.etag as string };
    const early = await repeatAfter(patch({ name: 'early' }, ifMatch), async () => {
      await done(patch({ name: 'late' }));
      await done(property('PUT', 'a', '1'));
    });
    expect([early.statusCode, early.json().name]).to.deep.equal([200, 'early']);
    expect(await readUser()).to.deep.include({ name: 'late', properties: { a: 1 } });
  });

  for (const payload of [{}, { stream_limit: 1 }]) {
    it(`does not bring back a user who was deleted since (${JSON.stringify(payload)})`, async () => {
      const early = await repeatAfter(createUser(payload), () =>
        done({ method: 'DELETE', url: ann }).then(() => {}),
      );
      expect(early.statusCode).to.equal(201);
      expect((await test.call({ url: ann })).statusCode).to.equal(404);
    });
  }

  it('does not undo later stats, and counts once', async () => {
    await done(createUser());
    const season = { season: '2026', games: 1, minutes: 1, goals: 1, assists: 1 };
    const stats = (goals: number): InjectOptions => ({
      method: 'PUT',
      url: `${ann}/stats`,
      payload: { seasons: [{ ...season, goals }] },
    });
    const early = await repeatAfter(stats(1), () => done(stats(2)).then(() => {}));
    expect([early.statusCode, early.json().totals.goals]).to.deep.equal([200, 1]);
    const read = (await test.call({ url: '/api/v1/players/ann/stats' })).json();
    expect(read.totals.goals).to.equal(2);
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

describe('many writers of one item', function () {
  this.timeout(hangLimit);
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
