import { expect } from 'chai';
import { createS3Client } from '../../data/s3/client.ts';
import { type S3Emulator, startS3 } from '../../local/aws/s3.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bucketAnswers } from '../support/aws-errors.ts';
import { emulator, freshTables } from '../support/emulator.ts';
import { type Fault, type FaultProxy, faultProxy } from '../support/fault-proxy.ts';
import { hangLimit } from '../support/rounds.ts';

describe('the deletion of videos and players', function () {
  this.timeout(hangLimit);
  let bucket: S3Emulator;
  let s3Proxy: FaultProxy;
  let databaseProxy: FaultProxy;
  let test: TestApp;

  before(async () => {
    bucket = await startS3();
    bucket.createBucket('test-media');
  });
  after(() => bucket.stop());
  beforeEach(async () => {
    const { endpoint } = await emulator();
    databaseProxy = await faultProxy(endpoint);
    s3Proxy = await faultProxy(bucket.endpoint);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    test = await testApp({
      tables: { ...(await freshTables(endpoint)), endpoint: databaseProxy.endpoint },
      s3: createS3Client({ endpoint: s3Proxy.endpoint, region: 'us-east-1', credentials }),
      settings: { s3PublicEndpoint: bucket.endpoint },
    });
  });
  afterEach(async () => {
    await test.close();
    await Promise.all([s3Proxy.close(), databaseProxy.close()]);
  });

  const ann = '/api/v1/users/ann';
  const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object, headers = {}) =>
    test.call({ method, url, headers, ...(payload ? { payload } : {}) });

  /** Ann with stats and a video that everybody can see. */
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

  const away: [string, Fault | ((call: never) => Fault)][] = [
    ['is away', 'refused'],
    ['refuses the objects one by one', bucketAnswers.notDeleted],
    ['slows us down', bucketAnswers.slowDown()],
  ];
  const faultOf = (fault: Fault | ((call: never) => Fault)) =>
    typeof fault === 'function' ? fault : () => fault;

  for (const [name, fault] of away) {
    it(`of a video is not done while the bucket ${name}, and is when it is repeated`, async () => {
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
      it(`of a user${withTag ? ' with If-Match' : ''} does the same while the bucket ${name}`, async () => {
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

  it('that broke off is made up for when a namesake is deleted, or is not', async () => {
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

  it('comes to the same end wherever it breaks off', async () => {
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
