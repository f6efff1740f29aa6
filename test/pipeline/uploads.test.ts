import { expect } from 'chai';
import { maxSinglePut, maxUploadSize, partCount, partSize } from '../../app/uploads/parts.ts';
import { type Answer, type Harness, startHarness, uniqueContent } from './harness.ts';

const MiB = 2 ** 20;

describe('the parts of an upload', () => {
  const sizes: [number, number, number][] = [
    [maxSinglePut + 1, 8 * MiB, 2],
    [16 * MiB, 8 * MiB, 2],
    [8000 * MiB, 8 * MiB, 1000],
    [8000 * MiB + 1, 9 * MiB, 889],
    [maxUploadSize, 103 * MiB, 995],
  ];
  for (const [size, bytes, count] of sizes) {
    it(`${size} bytes go in ${count} parts`, () => {
      expect([partSize(size), partCount(size)]).to.deep.equal([bytes, count]);
    });
  }
});

describe('the upload routes', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
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
    expect(answer).to.have.all.keys('ingest_id', 'key', 'method', 'headers', 'expires_at', 'upload_url');
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
    const bodies = [new Uint8Array(8 * MiB), new Uint8Array(1)];
    const parts: object[] = [];
    // In reverse, since any order will do.
    for (const index of [1, 0]) {
      const put = await fetch(answer.part_urls[index], {
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

  it('need the API key, as the list of ingests does', async () => {
    for (const [method, url] of [
      ['POST', '/api/v1/uploads'],
      ['POST', '/api/v1/uploads/x/complete'],
      ['GET', '/api/v1/ingests'],
      ['GET', '/api/v1/ingests/x'],
      ['POST', '/api/v1/ingests/x/retry'],
    ] as const) {
      expect((await harness.app.inject({ method, url })).statusCode, url).to.equal(401);
    }
  });
});

describe('the list of ingests', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.stop());

  it('pages through all files, newest first, and picks those in a state', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      const body = { kind: 'prices', file_name: `${i}.csv`, size: 1 };
      ids.push((await harness.call('POST', '/api/v1/uploads', body, 201)).ingest_id);
    }
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await harness.call(
        'GET',
        `/api/v1/ingests?limit=2${cursor && `&cursor=${cursor}`}`,
        undefined,
        200,
      );
      expect(page.items.length).to.be.at.most(2);
      seen.push(...page.items.map(({ id }: { id: string }) => id));
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    expect(seen).to.have.members(ids).and.have.length(5);
    const times = await Promise.all(
      seen.map(async (id) => (await harness.call('GET', `/api/v1/ingests/${id}`)).created_at),
    );
    expect(times).to.deep.equal([...times].sort().reverse());

    await harness.upload('prices', 'bad.csv', uniqueContent());
    await harness.pipeline.idle();
    const { items } = await harness.call('GET', '/api/v1/ingests?state=rejected', undefined, 200);
    expect(items.map(({ file_name }: { file_name: string }) => file_name)).to.deep.equal(['bad.csv']);
  });

  it('refuses cursors of its own making only', async () => {
    for (const query of ['limit=0', 'limit=101', 'state=lost', 'kind=prices'])
      await harness.call('GET', `/api/v1/ingests?${query}`, undefined, 400);
    for (const path of ['?cursor=AAAA', '/nobody'])
      await harness.call('GET', `/api/v1/ingests${path}`, undefined, 404);
  });
});
