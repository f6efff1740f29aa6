import { expect } from 'chai';
import type { InjectOptions } from 'fastify';
import { addressViewer } from '../../../app/streams/limit.ts';
import { createStreamStore } from '../../../app/streams/store.ts';
import type { DatabaseProxy } from '../../../local/aws/database-proxy.ts';
import { proxiedApp, type TestApp, testApp } from '../../support/app.ts';
import { plainClient } from '../../support/clients.ts';
import { streamCalls } from '../../support/stream-calls.ts';

const path = '/api/v1/stream';
const streams = '/api/v1/streams';

describe('an anonymous viewer', () => {
  const keys: [string, number, string][] = [
    ['203.0.113.7', 64, 'ip#203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', 64, 'ip#2001:db8:1:2::/64'],
    ['2001:db8:1:2::', 64, 'ip#2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', 56, 'ip#2001:db8:1::/56'],
    ['2001:db8:1:2::1', 65, 'ip#2001:db8:1:2::/65'],
    ['2001:db8:1:2::1', 128, 'ip#2001:db8:1:2::1'],
  ];
  for (const [address, prefix, key] of keys) {
    it(`at ${address} is ${key} by ${prefix} bits`, () => {
      expect(addressViewer(address, prefix)).to.equal(key);
    });
  }
});

describe('viewers at IPv6 addresses', () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await testApp();
  });
  afterEach(() => test.close());

  const call = async (remoteAddress: string, request: InjectOptions, { app } = test) =>
    (await app.inject({ remoteAddress, ...request })).statusCode;
  const start = (remoteAddress: string, { app } = test) =>
    call(remoteAddress, { method: 'POST', url: path }, { app } as TestApp);
  const active = async (remoteAddress: string) =>
    (await test.app.inject({ url: streams, remoteAddress })).json().active;

  it('are one viewer within a network of 64 bits, whatever its computers call themselves', async () => {
    const answers = [];
    for (const host of ['::1', '::2', ':3:4:5:6', '::ffff']) answers.push(await start(`2001:db8:1:2${host}`));
    expect(answers).to.deep.equal([201, 201, 201, 409]);
    expect(await active('2001:db8:1:2::77')).to.equal(3);
    expect(await start('2001:db8:1:3::1')).to.equal(201);
  });

  it('that carry an IPv4 address are each a viewer, as that address is', async () => {
    for (const host of [1, 2, 3, 4]) expect(await start(`::ffff:203.0.113.${host}`)).to.equal(201);
    expect(await active('203.0.113.4')).to.equal(1);
  });

  it('are as many viewers as the setting says', async () => {
    const whole = await testApp({ tables: test.tables, settings: { streamIpv6Prefix: 128 } });
    for (const host of [1, 2, 3, 4]) expect(await start(`2001:db8:1:2::${host}`, whole)).to.equal(201);
    await whole.close();
  });

  it('keep and stop what they watch since a release that counted whole addresses', async () => {
    const client = plainClient(test.tables.endpoint);
    const store = createStreamStore(client, test.tables.streams, 90);
    for (const id of ['kept', 'stopped', 'ended'])
      await store.acquire('ip#2001:db8::1', { id, details: {}, replaces: [] });
    const at = (method: 'PUT' | 'DELETE', id: string) =>
      call('2001:db8::1', { method, url: `${streams}/${id}` });
    expect(await at('PUT', 'kept')).to.equal(200);
    expect(await at('DELETE', 'stopped')).to.equal(204);
    const end = { method: 'POST', url: path, payload: { stream_id: 'ended', video_ended: true } } as const;
    expect(await call('2001:db8::1', end)).to.equal(200);
    const { active: left } = await store.read('ip#2001:db8::1');
    expect(left.map(({ id }) => id)).to.deep.equal(['kept']);
    expect(await call('2001:db8::2', { method: 'PUT', url: `${streams}/kept` })).to.equal(410);
    client.destroy();
  });
});

describe('a viewer who is a user', () => {
  let test: TestApp;
  before(async () => {
    test = await testApp();
  });
  after(() => test.close());
  const calls = streamCalls(() => test);
  const { own, start, list, beat, stop, setLimit, createUser, statuses, leaveExpired } = calls;

  it('is for callers with the API key', async () => {
    for (const [authorization, status] of [
      ['', 401],
      ['Bearer wrong', 401],
    ] as const) {
      for (const [method, url] of [
        ['POST', '/api/v1/stream'],
        ['GET', streams],
        ['PUT', `${streams}/a`],
        ['DELETE', `${streams}/a`],
      ] as const) {
        const answer = await test.call({ method, url, headers: { authorization, 'x-viewer-id': 'ann' } });
        expect(answer.statusCode, `${method} ${url}`).to.equal(status);
      }
    }
  });

  for (const id of ['', 'a b', 'a#b', '..', '__proto__', 'a'.repeat(65)]) {
    it(`refuses the viewer "${id.slice(0, 10)}"`, async () => {
      const answer = await test.call({ url: streams, headers: { 'x-viewer-id': id } });
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors[0].field).to.equal('headers.x-viewer-id');
      expect(answer.json().errors[0].message).to.equal(
        'is not valid: The user who watches, instead of the client address: ' +
          '1 to 64 letters, digits, `.`, `_` or `-`; needs the API key',
      );
    });
  }

  it('is 3 for users without a limit, known or not, apart from the address', async () => {
    await createUser('ann');
    for (const viewer of ['ann', 'stranger', undefined]) {
      expect(await statuses(['a', 'b', 'c', 'd'], viewer)).to.deep.equal([201, 201, 201, 409]);
    }
  });

  it('is what the user was created with', async () => {
    await createUser('ann', 1);
    expect(await statuses(['a', 'b'], 'ann')).to.deep.equal([201, 409]);
    await createUser('bob', 5);
    expect(await statuses(['a', 'b', 'c', 'd', 'e', 'f'], 'bob')).to.deep.equal([
      201, 201, 201, 201, 201, 409,
    ]);
  });

  it('may be 0', async () => {
    await createUser('ann', 0);
    const answer = await start({}, 'ann');
    expect(answer.statusCode).to.equal(409);
    expect(answer.json()).to.deep.include({ limit: 0, active: 0, active_streams: [] });
    expect(Number(answer.headers['retry-after'])).to.be.above(0);
    expect((await start({ replaces: ['a'] }, 'ann')).statusCode).to.equal(409);
  });

  it('changes while leases are held: none is taken away, none is added above it', async () => {
    await createUser('ann');
    await statuses(['a', 'b', 'c'], 'ann');
    await setLimit('ann', 1);
    expect(await list('ann')).to.include({ limit: 1, active: 3 });
    expect((await beat('a', 'ann')).statusCode).to.equal(200);
    expect(await statuses(['a', 'd'], 'ann')).to.deep.equal([200, 409]);
    await stop('a', 'ann');
    await stop('b', 'ann');
    expect(await statuses(['d'], 'ann')).to.deep.equal([409]);
    await setLimit('ann', 2);
    expect(await statuses(['d', 'e'], 'ann')).to.deep.equal([201, 409]);
    await setLimit('ann', null);
    expect(await statuses(['e', 'f'], 'ann')).to.deep.equal([201, 409]);
  });

  it('goes with the user, and comes with one of the same name', async () => {
    await createUser('ann', 1);
    await test.call({ method: 'DELETE', url: `/api/v1/users/${own('ann')}` });
    expect((await list('ann')).limit).to.equal(3);
    await createUser('ann', 2);
    expect((await list('ann')).limit).to.equal(2);
  });

  it('lets no expired stream come back above a limit lowered meanwhile', async () => {
    await createUser('ann', 3);
    await leaveExpired(`user#${own('ann')}`, 'dead');
    await statuses(['a', 'b'], 'ann');
    await setLimit('ann', 2);
    expect(await statuses(['dead'], 'ann')).to.deep.equal([409]);
    await setLimit('ann', 0);
    await stop('a', 'ann');
    await stop('b', 'ann');
    expect(await statuses(['dead'], 'ann')).to.deep.equal([409]);
  });
});

describe('a page of another origin', () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await testApp();
  });
  afterEach(() => test.close());

  const json = { 'content-type': 'application/json' };
  const text = { 'content-type': 'text/plain; of=application/json' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const requests: [string, Record<string, string>, number][] = [
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a form on another site', { 'sec-fetch-site': 'cross-site', ...form }, 403],
    ['a page of a neighbour’s name', { 'sec-fetch-site': 'same-site' }, 403],
    ['an older browser’s page of another origin', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['the site’s own page', { 'sec-fetch-site': 'same-origin', origin: 'https://www.example.com' }, 201],
    ['the site’s own page behind a CDN', { 'sec-fetch-site': 'same-origin', origin: 'https://cdn.x' }, 201],
    ['an older browser’s own page', { origin: 'https://www.example.com' }, 201],
    ['the address bar', { 'sec-fetch-site': 'none' }, 201],
    ['a caller that is no browser', {}, 201],
    ['a text that names JSON', { 'sec-fetch-site': 'cross-site', ...text }, 403],
    ['JSON, which browsers ask about before', { 'sec-fetch-site': 'cross-site', ...json }, 201],
  ];
  for (const url of [path, streams]) {
    for (const [name, headers, status] of requests) {
      it(`${status === 403 ? 'cannot take' : 'leaves alone who takes'} a stream at ${url}: ${name}`, async () => {
        const answer = await test.app.inject({
          method: 'POST',
          url,
          headers: { host: 'www.example.com', ...headers },
        });
        expect(answer.statusCode, answer.body).to.equal(status);
        if (status === 403) {
          expect(answer.headers['content-type']).to.match(/^application\/problem\+json/);
          expect(answer.json().detail).to.equal(
            'a page of another origin cannot start a stream; other callers send application/json',
          );
        }
        const { active } = (await test.app.inject({ url: streams })).json();
        expect(active).to.equal(status === 201 ? 1 : 0);
      });
    }
  }
});

describe('a stream whose start was answered by 503', () => {
  let proxy: DatabaseProxy;
  let test: TestApp;
  beforeEach(async () => {
    const proxied = await proxiedApp();
    proxy = proxied.proxy;
    test = proxied;
  });
  afterEach(() => test.close());

  const start = (payload?: object) =>
    test.app.inject({ method: 'POST', url: path, ...(payload && { payload }) });
  const active = async () => (await test.app.inject({ url: streams })).json().active;

  /** The database does what it is asked, and none of its answers arrives. */
  async function startUnheard(payload?: object) {
    proxy.disturb({
      after: () => {
        throw new Error('cut off');
      },
    });
    const answer = await start(payload);
    proxy.disturb({});
    expect(answer.statusCode).to.equal(503);
    expect(await active()).to.equal(1);
    return answer.json();
  }

  it('can be named by the caller, who asks again', async () => {
    const { stream_id } = await startUnheard();
    const again = await start({ stream_id });
    expect([again.statusCode, again.json().active]).to.deep.equal([200, 1]);
  });

  it('can be stopped by the caller', async () => {
    const { stream_id } = await startUnheard({ video_name: 'A film' });
    await test.app.inject({ method: 'DELETE', url: `${streams}/${stream_id}` });
    expect(await active()).to.equal(0);
  });

  it('has the caller’s name where it gave one', async () => {
    expect((await startUnheard({ stream_id: 'mine' })).stream_id).to.equal('mine');
  });
});
