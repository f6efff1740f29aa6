import { expect } from 'chai';
import type { S3Emulator } from '../../../local/aws/s3.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { startBuckets } from '../../support/buckets.ts';
import { bucketClient } from '../../support/clients.ts';

const seasons = [
  { season: '2024/25', games: 30, minutes: 2500, goals: 12, assists: 4 },
  { season: '2025/26', games: 10, minutes: 800, goals: 5, assists: 2 },
];

describe('players', () => {
  let test: TestApp;
  let bucket: S3Emulator;

  before(async () => {
    bucket = await startBuckets();
  });
  after(() => bucket.stop());
  beforeEach(async () => {
    const s3 = bucketClient(bucket.endpoint);
    test = await testApp({ s3, settings: { s3PublicEndpoint: bucket.endpoint } });
    await createUser('ann', { properties: { team: 'North', number: 9, salary: 5 } });
  });
  afterEach(() => test.close());

  const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object, headers = {}) =>
    test.call({ method, url, headers, ...(payload ? { payload } : {}) });
  const createUser = (username: string, fields = {}) =>
    call('POST', '/api/v1/users', { username, ...fields });
  const open = (path: string, headers = {}) =>
    call('GET', `/api/v1/players${path}`, undefined, { authorization: '', ...headers });
  const putStats = (username: string, body: object) => call('PUT', `/api/v1/users/${username}/stats`, body);
  const addVideo = (title: string, fields = {}) =>
    call('POST', '/api/v1/users/ann/videos', { title, content_type: 'video/mp4', size: 5, ...fields });
  const upload = ({ upload_url, method, headers }: Upload, body: string) =>
    fetch(upload_url, { method, headers, body });
  const videos = async (query = '') => (await open(`/ann/videos${query}`)).json();

  interface Upload {
    upload_url: string;
    method: string;
    headers: Record<string, string>;
  }

  it('shows the public part of a user to anybody', async () => {
    const answer = await open('/ann');
    expect(answer.json()).to.deep.equal({ username: 'ann', team: 'North', number: 9 });
    expect(answer.headers['cache-control']).to.match(/^public, max-age=5\b/);
  });

  it('lists the users that have a team, page by page', async () => {
    await createUser('ben');
    for (const name of ['chi', 'dan', 'eve']) await createUser(name, { name, properties: { team: 'S' } });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: { username: string }[]; next_cursor: string | null } = (
        await open(`?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      ).json();
      for (const item of page.items) {
        expect(item).to.not.have.any.keys('email', 'salary', 'properties');
        seen.push(item.username);
      }
      cursor = page.next_cursor;
    }
    expect(seen).to.have.members(['ann', 'chi', 'dan', 'eve']).and.have.length(4);
  });

  it('has stats of zero until they are set, then by season and in total', async () => {
    expect((await open('/ann/stats')).json()).to.deep.equal({
      username: 'ann',
      seasons: [],
      totals: { games: 0, minutes: 0, goals: 0, assists: 0 },
      updated_at: null,
    });
    const set = await putStats('ann', { seasons });
    expect(set.statusCode).to.equal(200);
    const read = (await open('/ann/stats')).json();
    expect(read).to.deep.equal(set.json());
    expect(read.seasons.map((each: { season: string }) => each.season)).to.deep.equal(['2025/26', '2024/25']);
    expect(read.totals).to.deep.equal({ games: 40, minutes: 3300, goals: 17, assists: 6 });
    expect((await putStats('ann', { seasons })).json().updated_at).to.equal(read.updated_at);
  });

  for (const path of ['/ann', '/ann/stats', '/ann/videos', '']) {
    it(`revalidates ${path || 'the list'} by ETag`, async () => {
      const first = await open(path);
      const again = await open(path, { 'if-none-match': first.headers.etag });
      expect([again.statusCode, again.body]).to.deep.equal([304, '']);
      await call('PUT', '/api/v1/users/ann/properties/team', undefined, {});
      await test.call({
        method: 'PUT',
        url: '/api/v1/users/ann/properties/team',
        payload: '"South"',
        headers: { 'content-type': 'application/json' },
      });
      await putStats('ann', { seasons });
      await upload((await addVideo('a film')).json(), 'bytes');
      const changed = await open(path, { 'if-none-match': first.headers.etag });
      expect(changed.statusCode).to.equal(200);
    });
  }

  it('lists a video once it is uploaded, with its poster', async () => {
    const poster = { content_type: 'image/jpeg', size: 6 };
    const announced = await addVideo('Goal', { poster, duration_s: 4, width: 320, height: 180 });
    expect(announced.statusCode).to.equal(201);
    const { id, src, ...video } = announced.json();
    expect((await videos()).items).to.deep.equal([]);
    expect((await upload(video, 'bytes')).status).to.equal(200);
    expect((await videos()).items, 'the poster is missing').to.deep.equal([]);
    await upload(video.poster, 'poster');
    const [listed, ...others] = (await videos()).items;
    expect(others).to.deep.equal([]);
    expect(listed).to.deep.include({
      id,
      src,
      title: 'Goal',
      duration_s: 4,
      width: 320,
      height: 180,
      size: 5,
    });
    expect(listed.poster).to.equal(video.poster.src);
    const stored = await fetch(`${bucket.endpoint}/test-media${src}`, { headers: { range: 'bytes=1-2' } });
    expect([stored.status, await stored.text()]).to.deep.equal([206, 'yt']);
    expect(stored.headers.get('content-type')).to.equal('video/mp4');
    expect(stored.headers.get('cache-control')).to.match(/immutable/);
  });

  it('does not take another size for the video', async () => {
    await upload((await addVideo('short')).json(), 'byte');
    expect((await videos()).items).to.deep.equal([]);
  });

  it('signs type and size, so that nobody uploads anything else', async () => {
    const { upload_url, headers } = (await addVideo('signed')).json();
    const signed = new URL(upload_url).searchParams.get('X-Amz-SignedHeaders')?.split(';');
    expect(signed).to.have.members(['cache-control', 'content-length', 'content-type', 'host']);
    expect(headers).to.have.all.keys('content-type', 'cache-control');
  });

  it('lists videos newest first, page by page', async () => {
    const titles = ['one', 'two', 'three'];
    for (const title of titles) await upload((await addVideo(title)).json(), 'bytes');
    const first = await videos('?limit=2');
    const second = await videos(`?limit=2&cursor=${first.next_cursor}`);
    const listed = [...first.items, ...second.items].map((video: { title: string }) => video.title);
    expect(listed).to.have.members(titles);
    expect(listed).to.deep.equal([...listed].sort((a, b) => titles.indexOf(b) - titles.indexOf(a)));
  });

  it('deletes a video with its object, once or twice', async () => {
    const video = (await addVideo('gone')).json();
    await upload(video, 'bytes');
    const url = `/api/v1/users/ann/videos/${video.id}`;
    for (const _ of [1, 2]) expect((await call('DELETE', url)).statusCode).to.equal(204);
    expect((await videos()).items).to.deep.equal([]);
    expect((await fetch(`${bucket.endpoint}/test-media${video.src}`)).status).to.equal(404);
  });

  it('forgets a user with stats, videos and objects; a namesake starts with none', async () => {
    await putStats('ann', { seasons });
    const video = (await addVideo('gone')).json();
    await upload(video, 'bytes');
    expect((await videos()).items).to.have.length(1);
    await call('DELETE', '/api/v1/users/ann');
    for (const path of ['', '/stats', '/videos'])
      expect((await open(`/ann${path}`)).statusCode).to.equal(404);
    expect((await fetch(`${bucket.endpoint}/test-media${video.src}`)).status).to.equal(404);
    await createUser('ann');
    expect((await open('/ann/stats')).json().seasons).to.deep.equal([]);
    expect((await videos()).items).to.deep.equal([]);
  });

  it('answers 404 about players that are not there', async () => {
    for (const path of ['', '/stats', '/videos'])
      expect((await open(`/nobody${path}`)).statusCode).to.equal(404);
    expect((await putStats('nobody', { seasons })).statusCode).to.equal(404);
    const video = { title: 'x', content_type: 'video/mp4', size: 1 };
    expect((await call('POST', '/api/v1/users/nobody/videos', video)).statusCode).to.equal(404);
  });

  it('needs the API key to write', async () => {
    for (const [method, url] of [
      ['PUT', '/api/v1/users/ann/stats'],
      ['POST', '/api/v1/users/ann/videos'],
      ['DELETE', '/api/v1/users/ann/videos/abcdefghi-abcdefghi123'],
    ] as const) {
      expect((await call(method, url, {}, { authorization: '' })).statusCode, url).to.equal(401);
      expect((await call(method, url, {}, { authorization: 'Bearer no' })).statusCode, url).to.equal(401);
    }
  });

  const bad: [string, () => Promise<{ statusCode: number; json: () => Problem }>, string][] = [
    ['a season twice', () => putStats('ann', { seasons: [seasons[0], seasons[0]] }), 'body.seasons'],
    ['no seasons', () => putStats('ann', {}), 'body.seasons'],
    [
      'half a goal',
      () => putStats('ann', { seasons: [{ ...seasons[0], goals: 0.5 }] }),
      'body.seasons.0.goals',
    ],
    ['a film of 10 MiB and a byte', () => addVideo('x', { size: 10 * 2 ** 20 + 1 }), 'body.size'],
    ['a page of HTML', () => addVideo('x', { content_type: 'text/html' }), 'body.content_type'],
    ['a video without a title', () => addVideo(''), 'body.title'],
  ];
  interface Problem {
    errors: { field: string }[];
  }
  for (const [name, send, field] of bad) {
    it(`refuses ${name}`, async () => {
      const answer = await send();
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors.map((error) => error.field)).to.include(field);
    });
  }

  it('knows no page by a cursor of another list', async () => {
    for (const url of ['/ann/videos?cursor=AAAA', '?cursor=AAAA']) {
      const answer = await open(url);
      expect(answer.statusCode, url).to.equal(404);
      expect(answer.json().errors[0].field).to.equal('query.cursor');
    }
  });
});
