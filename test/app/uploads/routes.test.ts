import { expect } from 'chai';
import { maxUploadSize } from '../../../app/uploads/parts.ts';
import type { Answer } from '../../support/app.ts';
import { type LaptopIngest, startIngest, uniqueContent } from '../../support/laptop-ingest.ts';

const MiB = 2 ** 20;

describe('the upload routes', () => {
  let harness: LaptopIngest;
  before(async () => {
    harness = await startIngest();
  });
  after(() => harness.stop());

  const announce = (body: object, status?: number) => harness.call('POST', '/api/v1/uploads', body, status);
  const file = { kind: 'prices', file_name: 'day.csv', size: 10 };
  const refused = async (body: object) => {
    const { errors } = await announce(body, 400);
    return errors.map(({ field }: { field: string }) => field);
  };

  it('sign one PUT of exactly the announced bytes', async () => {
    const before = Date.now();
    const answer = await announce(file, 201);
    const fields = ['ingest_id', 'key', 'method', 'headers', 'expires_at', 'renew_url', 'upload_url'];
    expect(answer).to.have.all.keys(...fields);
    expect(answer.renew_url).to.equal(`/api/v1/uploads/${answer.ingest_id}/urls`);
    expect(answer).to.deep.include({ method: 'PUT', key: `incoming/prices/${answer.ingest_id}/day.csv` });
    const url = new URL(answer.upload_url);
    expect(url.pathname).to.equal(`/${harness.bucket}/${answer.key}`);
    expect(url.searchParams.get('X-Amz-SignedHeaders')).to.equal('content-length;host');
    // The checksum of an empty body, which the SDK signs by default, would have S3 refuse the file.
    expect([...url.searchParams.keys()].filter((name) => /checksum|sdk/i.test(name))).to.deep.equal([]);
    expect(Date.parse(answer.expires_at)).to.be.closeTo(before + 3600_000, 60_000);
    expect(await harness.call('GET', `/api/v1/ingests/${answer.ingest_id}`)).to.deep.include({
      state: 'awaiting_upload',
      size: 10,
      partial: false,
    });
  });

  it('sign parts above 8 MiB, which become one file', async () => {
    const size = 8 * MiB + 1;
    const answer: Answer = await announce({ ...file, size }, 201);
    expect(answer).to.include({ part_size: 8 * MiB });
    expect(answer.part_urls).to.have.length(2);
    expect(answer).to.not.have.property('upload_url');
    for (const url of answer.part_urls)
      expect(new URL(url).searchParams.get('X-Amz-SignedHeaders')).to.equal('content-length;host');
    const bodies = [new Uint8Array(8 * MiB), new Uint8Array(1)];
    const parts: object[] = [];
    const renewed = await harness.call('POST', answer.renew_url, { parts: [1] }, 200);
    expect(renewed).to.have.all.keys('ingest_id', 'method', 'headers', 'expires_at', 'parts');
    expect(renewed.parts).to.have.length(1);
    const urls = [renewed.parts[0].upload_url, answer.part_urls[1]];
    expect(new URL(urls[0]).pathname).to.equal(new URL(urls[1]).pathname);
    // In reverse, since any order will do.
    for (const index of [1, 0]) {
      const put = await fetch(urls[index], {
        method: 'PUT',
        body: bodies[index] as Uint8Array<ArrayBuffer>,
      });
      parts.push({ part_number: index + 1, etag: put.headers.get('etag') });
    }
    const { errors } = await harness.call(
      'POST',
      answer.complete_url,
      { parts: [{ part_number: 3, etag: 'x' }] },
      409,
    );
    expect(errors[0].field).to.equal('body.parts');
    await harness.call('POST', answer.complete_url, { parts }, 200);
    await harness.pipeline.idle();
    const again = await harness.call('POST', answer.complete_url, { parts }, 200);
    expect(again).to.deep.include({ id: answer.ingest_id, state: 'committed', size });
    await harness.call('POST', answer.renew_url, {}, 409);
  });

  it('renew the URL of a file in one piece, until it has arrived', async () => {
    const { ingest_id, renew_url } = await announce(file, 201);
    const before = Date.now();
    const { upload_url, expires_at, ...rest } = await harness.call('POST', renew_url, {}, 200);
    expect(rest).to.deep.equal({ ingest_id, method: 'PUT', headers: {} });
    expect(Date.parse(expires_at)).to.be.closeTo(before + 3600_000, 60_000);
    expect(new URL(upload_url).searchParams.get('X-Amz-SignedHeaders')).to.equal('content-length;host');
    expect((await fetch(upload_url, { method: 'PUT', body: 'ten bytes.' })).status).to.equal(200);
    const { detail } = await harness.call('POST', renew_url, {}, 409);
    expect(detail).to.include(ingest_id);
  });

  it('renew all URLs of an upload in parts, or those that are named, in their order', async () => {
    const { renew_url } = await announce({ ...file, size: 40 * MiB }, 201);
    const numbersOf = async (body: object) => {
      const { parts } = await harness.call('POST', renew_url, body, 200);
      for (const { part_number, upload_url } of parts)
        expect(new URL(upload_url).searchParams.get('partNumber')).to.equal(String(part_number));
      return parts.map(({ part_number }: { part_number: number }) => part_number);
    };
    expect(await numbersOf({})).to.deep.equal([1, 2, 3, 4, 5]);
    expect(await numbersOf({ parts: [4, 2] })).to.deep.equal([4, 2]);
  });

  it('renew none that there is not, and say why', async () => {
    const one = await announce(file, 201);
    const many = await announce({ ...file, size: 9 * MiB }, 201);
    const fields = async (url: string, parts: number[], status: number) =>
      (await harness.call('POST', url, { parts }, status)).errors.map(
        ({ field }: { field: string }) => field,
      );
    expect(await fields(one.renew_url, [1], 409)).to.deep.equal(['body.parts']);
    expect(await fields(many.renew_url, [1, 3], 409)).to.deep.equal(['body.parts.1']);
    expect(await fields(many.renew_url, [0], 400)).to.deep.equal(['body.parts.0']);
    expect(await fields(many.renew_url, [1, 1], 400)).to.deep.equal(['body.parts']);
    expect(await fields(many.renew_url, [], 400)).to.deep.equal(['body.parts']);
    await harness.call('POST', '/api/v1/uploads/nobody/urls', {}, 404);
  });

  it('renew none of an upload whose parts S3 has dropped', async () => {
    const { ingest_id, renew_url } = await announce({ ...file, size: 9 * MiB }, 201);
    const day = 86_400_000;
    const ago = (days: number) => ({ created_at: new Date(Date.now() - days * day).toISOString() });
    await harness.change(ingest_id, ago(7));
    await harness.call('POST', renew_url, {}, 410);
    await harness.change(ingest_id, ago(6.9));
    await harness.call('POST', renew_url, {}, 200);
  });

  it('refuse to complete what has no parts', async () => {
    const { ingest_id } = await announce(file, 201);
    const parts = { parts: [{ part_number: 1, etag: 'x' }] };
    await harness.call('POST', `/api/v1/uploads/${ingest_id}/complete`, parts, 409);
    await harness.call('POST', '/api/v1/uploads/nobody/complete', parts, 404);
    await harness.call('POST', `/api/v1/uploads/${ingest_id}/complete`, { parts: [] }, 400);
  });

  const tricks = [
    '../x.csv',
    '..',
    '.',
    '',
    'a/b.csv',
    'a\\b.csv',
    '/etc/passwd',
    '.hidden',
    '-rf',
    'a\n.csv',
    'a\0.csv',
    'a%2fb',
    '~',
    'ä.csv',
    `${'x'.repeat(129)}`,
  ];
  for (const file_name of tricks) {
    it(`refuse the file name ${JSON.stringify(file_name.slice(0, 20))}`, async () => {
      expect(await refused({ ...file, file_name })).to.deep.equal(['body.file_name']);
    });
  }

  it('take names as people give them', async () => {
    const file_name = 'Prices 2021-01 (final, v2) a+b@c=d.csv.gz';
    const id = await harness.upload('prices', file_name, uniqueContent());
    await harness.pipeline.idle();
    expect(await harness.call('GET', `/api/v1/ingests/${id}`)).to.deep.include({
      state: 'committed',
      file_name,
    });
  });

  it('name what else is wrong', async () => {
    expect(await refused({ ...file, kind: 'prizes' })).to.deep.equal(['body.kind']);
    expect(await refused({ ...file, size: -1 })).to.deep.equal(['body.size']);
    expect(await refused({ ...file, size: maxUploadSize + 1 })).to.deep.equal(['body.size']);
    expect(await refused({ ...file, partial: 'yes', more: 1 })).to.have.members([
      'body.partial',
      'body.more',
    ]);
  });

  it('make one upload of requests with one idempotency key, until its file has arrived', async () => {
    const repeated = (body: object, status: number) =>
      harness.call('POST', '/api/v1/uploads', body, status, { 'idempotency-key': 'night' });
    const first = await repeated(file, 201);
    const second = await repeated(file, 201);
    expect(second.ingest_id).to.equal(first.ingest_id);
    expect(new URL(second.upload_url).pathname).to.equal(new URL(first.upload_url).pathname);
    expect((await repeated({ ...file, size: 11 }, 422)).errors[0].field).to.equal('headers.idempotency-key');
    await fetch(second.upload_url, { method: 'PUT', body: 'ten bytes.' });
    expect((await repeated(file, 409)).detail).to.include(first.ingest_id);
  });

  it('take what a file replaces, or that it is complete, and who asks', async () => {
    const { ingest_id } = await announce({ ...file, kind: 'ports', complete: true }, 201);
    const ports = await harness.call('GET', `/api/v1/ingests/${ingest_id}`);
    expect(ports).to.include({ complete: true });
    expect(ports.requested_by).to.match(/^127\.0\.0\.1, request [0-9a-f-]{36}$/);
    const earlier = await harness.upload('prices', 'day.csv', uniqueContent());
    await harness.pipeline.idle();
    const later = await announce({ ...file, replaces: earlier }, 201);
    expect(await harness.call('GET', `/api/v1/ingests/${later.ingest_id}`)).to.include({ replaces: earlier });
  });

  it('refuse to replace what does not count, and say what to do', async () => {
    expect(await refused({ ...file, kind: 'ports', replaces: 'a' })).to.deep.equal(['body.replaces']);
    expect(await refused({ ...file, complete: true })).to.deep.equal(['body.complete']);
    const awaited = await announce(file, 201);
    for (const [replaces, why] of [
      ['nobody', 'names no file: nobody'],
      [awaited.ingest_id, 'is awaiting upload: none of its rows count yet'],
    ] as const) {
      const { errors } = await announce({ ...file, replaces }, 409);
      expect(errors[0].field).to.equal('body.replaces');
      expect(errors[0].message).to.include(why);
    }
  });

  it('need the API key, as the list of ingests does', async () => {
    for (const [method, url] of [
      ['POST', '/api/v1/uploads'],
      ['POST', '/api/v1/uploads/x/complete'],
      ['POST', '/api/v1/uploads/x/urls'],
      ['GET', '/api/v1/ingests'],
      ['GET', '/api/v1/ingests/x'],
      ['POST', '/api/v1/ingests/x/retry'],
      ['DELETE', '/api/v1/ingests/x'],
    ] as const) {
      expect((await harness.app.inject({ method, url })).statusCode, url).to.equal(401);
    }
  });
});
