import { expect } from 'chai';
import type { LightMyRequestResponse } from 'fastify';
import type { S3Emulator } from '../../../local/aws/s3.ts';
import { testApp } from '../../support/app.ts';
import { bucketAnswers } from '../../support/aws-errors.ts';
import { startBuckets } from '../../support/buckets.ts';
import { bucketClient } from '../../support/clients.ts';
import { emulator } from '../../support/emulator.ts';
import { type Fault, type FaultProxy, faultProxy } from '../../support/fault-proxy.ts';
import { hangLimit } from '../../support/rounds.ts';
import { freshTables } from '../../support/tables.ts';
import { together } from '../../support/together.ts';

const ann = '/api/v1/users/ann';

/** Does the work with a service of its own, behind proxies of its own to database and bucket. */
async function withService(bucket: S3Emulator, work: (world: World) => Promise<void>): Promise<void> {
  const { endpoint } = await emulator();
  const databaseProxy = await faultProxy(endpoint);
  const s3Proxy = await faultProxy(bucket.endpoint);
  const test = await testApp({
    tables: { ...(await freshTables(endpoint)), endpoint: databaseProxy.endpoint },
    s3: bucketClient(s3Proxy.endpoint),
    settings: { s3PublicEndpoint: bucket.endpoint },
  });
  const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object, headers = {}) =>
    test.call({ method, url, headers, ...(payload ? { payload } : {}) });

  async function makeAnn() {
    const created = await call('POST', '/api/v1/users', { username: 'ann' });
    expect(created.statusCode).to.equal(201);
    await call('PUT', `${ann}/stats`, { seasons: [] });
    const video = { title: 'Goal', content_type: 'video/mp4', size: 5 };
    const { id, src, upload_url, headers } = (await call('POST', `${ann}/videos`, video)).json();
    expect((await fetch(upload_url, { method: 'PUT', headers, body: 'bytes' })).status).to.equal(200);
    expect((await call('GET', '/api/v1/players/ann/videos')).json().items).to.have.length(1);
    const object = `${bucket.endpoint}/test-media${src}`;
    const isPublic = async () => (await fetch(object)).status === 200;
    expect(await isPublic()).to.equal(true);
    return { url: `${ann}/videos/${id}`, isPublic, etag: created.headers.etag as string };
  }

  try {
    await work({ s3Proxy, databaseProxy, call, makeAnn });
  } finally {
    await test.close();
    await Promise.all([s3Proxy.close(), databaseProxy.close()]);
  }
}

interface World {
  readonly s3Proxy: FaultProxy;
  readonly databaseProxy: FaultProxy;
  call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    payload?: object,
    headers?: object,
  ): Promise<LightMyRequestResponse>;
  /** Ann with stats and a video that everybody can see. */
  makeAnn(): Promise<{ url: string; isPublic: () => Promise<boolean>; etag: string }>;
}

describe('the deletion of videos and players', function () {
  this.timeout(hangLimit);
  let bucket: S3Emulator;
  before(async () => {
    bucket = await startBuckets();
  });
  after(() => bucket.stop());

  const waits = together();
  const test = (title: string, work: (world: World) => Promise<void>) =>
    waits(title, () => withService(bucket, work));

  const away: [string, Fault | ((call: never) => Fault)][] = [
    ['is away', 'refused'],
    ['refuses the objects one by one', bucketAnswers.notDeleted],
    ['slows us down', bucketAnswers.slowDown()],
  ];
  const faultOf = (fault: Fault | ((call: never) => Fault)) =>
    typeof fault === 'function' ? fault : () => fault;

  for (const [name, fault] of away) {
    test(`of a video is not done while the bucket ${name}, and is when it is repeated`, async ({
      s3Proxy,
      call,
      makeAnn,
    }) => {
      const { url, isPublic } = await makeAnn();
      s3Proxy.inject(faultOf(fault) as () => Fault);
      const refused = await call('DELETE', url);
      expect([refused.statusCode, refused.headers['retry-after']]).to.deep.equal([503, '1']);
      expect(refused.json().detail).to.match(/^the bucket does not answer/);
      s3Proxy.inject(() => undefined);
      for (const _ of [1, 2]) expect((await call('DELETE', url)).statusCode).to.equal(204);
      expect(await isPublic()).to.equal(false);
      expect((await call('GET', '/api/v1/players/ann/videos')).json().items).to.deep.equal([]);
    });

    for (const withTag of [false, true]) {
      test(`of a user${withTag ? ' with If-Match' : ''} does the same while the bucket ${name}`, async ({
        s3Proxy,
        call,
        makeAnn,
      }) => {
        const { isPublic, etag } = await makeAnn();
        const headers = withTag ? { 'if-match': etag } : {};
        s3Proxy.inject(faultOf(fault) as () => Fault);
        expect((await call('DELETE', ann, undefined, headers)).statusCode).to.equal(503);
        s3Proxy.inject(() => undefined);
        for (const _ of [1, 2])
          expect((await call('DELETE', ann, undefined, headers)).statusCode).to.equal(204);
        expect(await isPublic()).to.equal(false);
      });
    }
  }

  test('that broke off is made up for when a namesake is deleted, or is not', async ({
    s3Proxy,
    call,
    makeAnn,
  }) => {
    const { isPublic, etag } = await makeAnn();
    s3Proxy.inject(() => 'refused');
    expect((await call('DELETE', ann)).statusCode).to.equal(503);
    s3Proxy.inject(() => undefined);
    const namesake = await makeAnn();
    expect((await call('DELETE', ann, undefined, { 'if-match': etag })).statusCode).to.equal(412);
    expect(await isPublic()).to.equal(false);
    expect(await namesake.isPublic()).to.equal(true);
    expect((await call('GET', '/api/v1/players/ann/videos')).json().items).to.have.length(1);
    expect((await call('GET', '/api/v1/players/ann/stats')).json().updated_at).to.be.a('string');
  });

  test('comes to the same end wherever it breaks off', async ({ s3Proxy, databaseProxy, call, makeAnn }) => {
    for (const what of ['video', 'user'] as const) {
      for (let point = 1, isOver = false; !isOver; point++) {
        const { url, isPublic, etag } = await makeAnn();
        const [target, headers] = what === 'video' ? [url, {}] : [ann, { 'if-match': etag }];
        let passed = 0;
        // From some call on neither database nor bucket is there; the answer of the call before is lost.
        const choose = () => (++passed > point ? 'refused' : passed === point ? 'lost' : undefined);
        for (const proxy of [databaseProxy, s3Proxy]) proxy.inject(choose);
        const first = await call('DELETE', target, undefined, headers);
        isOver = passed < point;
        expect(first.statusCode, `${what}, call ${point}`).to.equal(isOver ? 204 : 503);
        for (const proxy of [databaseProxy, s3Proxy]) proxy.inject(() => undefined);
        expect((await call('DELETE', target, undefined, headers)).statusCode).to.equal(204);
        expect(await isPublic(), `${what}, call ${point}`).to.equal(false);
        if (what === 'video') expect((await call('DELETE', ann)).statusCode).to.equal(204);
      }
    }
  });
});
