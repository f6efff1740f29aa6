import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type ObjectCreated, type S3Emulator, startS3 } from '../../../local/aws/s3.ts';

describe('the S3 emulator', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-s3-'));
  let emulator: S3Emulator;
  beforeEach(async () => {
    emulator = await startS3({ directory });
    emulator.createBucket('bucket');
  });
  afterEach(() => emulator.stop());
  after(() => rmSync(directory, { recursive: true }));

  const put = (key: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${emulator.endpoint}/bucket/${key}`, { method: 'PUT', body, headers });
  const get = async (key: string) => (await fetch(`${emulator.endpoint}/bucket/${key}`)).text();

  async function restart(): Promise<void> {
    await emulator.stop();
    emulator = await startS3({ directory });
  }

  it('keeps objects and messages over a restart', async () => {
    await put('a/b.csv', 'rows');
    emulator.createQueue('queue');
    emulator.sendMessage('queue', 'message');
    await restart();
    emulator.createBucket('bucket');
    emulator.createQueue('queue');
    expect(await get('a/b.csv')).to.equal('rows');
    expect(emulator.messages('queue')).to.deep.equal(['message']);
  });

  it('starts although a kill left half an object, and keeps the others', async () => {
    await put('whole.csv', 'rows');
    writeFileSync(join(directory, 'objects/buckets/bucket/objects/half.csv.data'), 'ro');
    writeFileSync(join(directory, 'objects/buckets/bucket/objects/half.csv.meta.json'), '{"key": "ha');
    await restart();
    expect(await get('whole.csv')).to.equal('rows');
    expect((await fetch(`${emulator.endpoint}/bucket/half.csv`)).status).to.equal(404);
  });

  it('calls back for every object, many at once too', async () => {
    const created: ObjectCreated[] = [];
    emulator.onObjectCreated((object) => created.push(object));
    const keys = Array.from({ length: 150 }, (_, i) => `many/${i}`);
    await Promise.all(keys.map((key) => put(key, 'x')));
    expect(created.map(({ key }) => key)).to.have.members(keys);
    expect(created[0]?.bucket).to.equal('bucket');
  });

  it('takes a body for bytes, whatever its sender takes it for', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'application/json', 'text/plain']) {
      expect((await put('typed', 'a=b&c', { 'content-type': type })).status, type).to.equal(200);
      expect(await get('typed')).to.equal('a=b&c');
    }
  });

  it('refuses a presigned URL whose time is over, as S3 does', async () => {
    const signed = (ago: number) => {
      const date = new Date(Date.now() - ago * 1000).toISOString().replace(/[-:]|\.\d{3}/g, '');
      return put(`signed?X-Amz-Date=${date}&X-Amz-Expires=3600`, 'x');
    };
    expect((await signed(3590)).status).to.equal(200);
    const refused = await signed(3602);
    expect(refused.status).to.equal(403);
    expect(await refused.text()).to.include('Request has expired');
  });

  it('follows no key out of its directory', async () => {
    for (const path of ['/bucket/../../x', '/bucket/a/%2e%2E/../x', '/bucket/a%2f..%2f..%2f..%2fx'])
      expect(await statusOf(path), path).to.equal(400);
  });

  it('listens to this machine alone', async () => {
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address && !address.internal && address.family === 'IPv4');
    for (const address of others) {
      const elsewhere = emulator.endpoint.replace('127.0.0.1', (address as { address: string }).address);
      expect(await fetch(elsewhere).catch((error: Error) => error), elsewhere).to.be.instanceOf(Error);
    }
  });

  /** fetch() would resolve the dots itself. */
  function statusOf(path: string): Promise<number | undefined> {
    const { hostname, port } = new URL(emulator.endpoint);
    return new Promise((resolve, reject) => {
      request({ hostname, port, path, method: 'PUT' }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end('x');
    });
  }
});
