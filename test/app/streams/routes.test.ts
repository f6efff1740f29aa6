import { expect } from 'chai';
import { type TestApp, testApp } from '../../support/app.ts';
import { streamCalls } from '../../support/stream-calls.ts';

/** Details of exactly 3,840 bytes as JSON, which a file type of one character more exceeds. */
const largestDetails = {
  'control characters': filled('\u0001'),
  'characters of three bytes': filled('語'),
  emoji: filled('💡'),
};

function filled(character: string) {
  const details = {
    video_name: character.repeat(128),
    codec_info: '',
    src: '',
    size: '',
    framerate: '',
    video_start_time: '',
  };
  const longest = { codec_info: 128, src: 256, size: 64, framerate: 64, video_start_time: 64 };
  const room = () => 3840 - Buffer.byteLength(JSON.stringify({ ...details, file_type: '' }));
  for (const [field, length] of Object.entries(longest) as [keyof typeof longest, number][])
    while (details[field].length < length && room() >= 64) details[field] += '\u0001';
  return { ...details, file_type: 'x'.repeat(room()) };
}

describe('the stream limiter over HTTP', () => {
  let test: TestApp;
  before(async () => {
    test = await testApp();
  });
  after(() => test.close());

  const { address, start, list, beat, stop, createUser, statuses, leaveExpired } = streamCalls(() => test);

  for (const url of ['/api/v1/stream', '/api/v1/streams']) {
    it(`starts with 201 and goes on with 200 at ${url}`, async () => {
      const first = await start({ stream_id: 'a' }, undefined, url);
      expect(first.statusCode).to.equal(201);
      expect(first.json()).to.include({ stream_id: 'a', heartbeat_interval_s: 30, active: 1, limit: 3 });
      expect(Date.parse(first.json().expires_at)).to.be.within(Date.now() + 60_000, Date.now() + 90_000);
      const again = await start({ stream_id: 'a' }, undefined, url);
      expect(again.statusCode).to.equal(200);
      expect(again.json()).to.include({ stream_id: 'a', active: 1 });
    });
  }

  it('needs no body, and names the stream then', async () => {
    const answer = await test.app.inject({ method: 'POST', url: '/api/v1/stream' });
    expect(answer.statusCode).to.equal(201);
    expect(answer.json().stream_id).to.match(/^[0-9a-f-]{36}$/);
    const payload = 'null';
    const headers = { 'content-type': 'application/json' };
    const nothing = await test.call({ method: 'POST', url: '/api/v1/stream', payload, headers });
    expect(nothing.statusCode).to.equal(400);
  });

  it('takes the longest body that is valid, however it is escaped, and reads none beyond 24 KiB', async () => {
    const escaped = (text: string) =>
      text.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const replaces = Array.from({ length: 100 }, (_, i) => `${i}`.padStart(64, 'x'));
    const headers = { 'content-type': 'application/json' };
    const post = (payload: string) =>
      test.call({ method: 'POST', url: '/api/v1/stream', payload, headers, remoteAddress: address() });
    for (const details of Object.values(largestDetails))
      expect((await post(escaped(JSON.stringify({ ...details, replaces })))).statusCode).to.equal(201);
    const wrong = await post(`{"replaces":[${'1,'.repeat(12 * 1024)}1]}`);
    expect(wrong.statusCode).to.equal(413);
    expect(wrong.headers['content-type']).to.match(/^application\/problem\+json/);
    expect(wrong.json().errors[0].field).to.equal('body');
  });

  it('shows what was said about each stream', async () => {
    const details = {
      video_name: 'A film',
      codec_info: 'h264',
      file_type: 'mp4',
      size: 123.5,
      src: 'https://example.com/film.mp4',
      framerate: '24',
      video_ended: false,
      video_playing: true,
      video_start_time: 0,
      video_end_time: '2026-01-01T00:00:00Z',
    };
    const started = (await start({ ...details, stream_id: 'a' })).json();
    await start({ stream_id: 'b' });
    const { limit, active, items } = await list();
    expect({ limit, active }).to.deep.equal({ limit: 3, active: 2 });
    expect(items).to.deep.include({ ...details, stream_id: 'a', expires_at: started.expires_at });
  });

  it('takes null for what a player does not know, and keeps nothing of it', async () => {
    const names = ['video_name', 'codec_info', 'file_type', 'size', 'src', 'framerate', 'video_ended'];
    const times = ['video_playing', 'video_start_time', 'video_end_time'];
    const unknown = Object.fromEntries([...names, ...times].map((name) => [name, null]));
    const started = await start({ ...unknown, stream_id: 'a' });
    expect(started.statusCode, started.body).to.equal(201);
    const { expires_at } = started.json();
    expect((await list()).items).to.deep.equal([{ stream_id: 'a', expires_at }]);
  });

  it('refuses the fourth, says who has the places and when to come again', async () => {
    expect(await statuses(['a', 'b', 'c'])).to.deep.equal([201, 201, 201]);
    const answer = await start({ stream_id: 'd' });
    expect(answer.statusCode).to.equal(409);
    expect(answer.headers['content-type']).to.match(/^application\/problem\+json/);
    expect(answer.json()).to.include({
      status: 409,
      detail: 'this viewer already watches 3 of at most 3 streams',
      limit: 3,
      active: 3,
    });
    const held = answer.json().active_streams;
    expect(held.map((stream: { stream_id: string }) => stream.stream_id)).to.have.members(['a', 'b', 'c']);
    expect(Number(answer.headers['retry-after'])).to.be.within(1, 90);
    expect((await stop('b')).statusCode).to.equal(204);
    expect(await statuses(['d', 'a', 'b'])).to.deep.equal([201, 200, 409]);
  });

  it('says when the next place gets free, a minute from now at the latest', async () => {
    const realNow = Date.now;
    let now = realNow();
    Date.now = () => now;
    try {
      const started = await start({ stream_id: 'a' });
      expect(started.json().expires_at).to.equal(new Date(now + 90_000).toISOString());
      now += 10_000;
      await statuses(['b', 'c']);
      const wait = async () => (await start({ stream_id: 'd' })).headers['retry-after'];
      expect(await wait()).to.equal('60');
      now += 59_500;
      expect(await wait()).to.equal('21');
      now += 20_499;
      expect(await wait()).to.equal('1');
    } finally {
      Date.now = realNow;
    }
  });

  it('takes texts of the longest length that it documents', async () => {
    const texts = { video_name: 128, codec_info: 128, file_type: 64, src: 256, size: 64, framerate: 64 };
    const details = Object.fromEntries(
      Object.entries(texts).map(([name, length]) => [name, 'x'.repeat(length)]),
    );
    expect((await start(details)).statusCode).to.equal(201);
    expect((await list()).items[0]).to.include(details);
  });

  it('has its list kept by no cache', async () => {
    const answer = await test.call({ url: '/api/v1/streams' });
    expect(answer.headers['cache-control']).to.equal('no-store');
  });

  for (const method of ['PUT', 'DELETE'] as const) {
    it(`refuses to ${method} what is no id`, async () => {
      const answer = await test.call({ method, url: '/api/v1/streams/a%20b' });
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors[0].field).to.equal('params.id');
    });
  }

  it('keeps a stream by heartbeat, and answers 410 for one that is gone', async () => {
    await start({ stream_id: 'a' });
    const answer = await beat('a');
    expect(answer.statusCode).to.equal(200);
    expect(answer.json()).to.include({ stream_id: 'a', active: 1, limit: 3, heartbeat_interval_s: 30 });
    for (const release of [1, 2]) {
      const stopped = await stop('a');
      expect([stopped.statusCode, stopped.body], `release ${release}`).to.deep.equal([204, '']);
    }
    const gone = await beat('a');
    expect(gone.statusCode).to.equal(410);
    expect(gone.json().detail).to.equal(
      'the stream has expired, was stopped or was taken over; start it anew to go on',
    );
    expect((await beat('never')).statusCode).to.equal(410);
    expect(await list()).to.deep.equal({ limit: 3, active: 0, items: [] });
  });

  it('never revives an expired stream by heartbeat, nor counts it', async () => {
    await leaveExpired(`ip#${address()}`, 'a', 'b', 'c');
    expect((await beat('a')).statusCode).to.equal(410);
    expect(await list()).to.deep.equal({ limit: 3, active: 0, items: [] });
    expect(await statuses(['x', 'y', 'a', 'z'])).to.deep.equal([201, 201, 201, 409]);
    expect((await list()).active).to.equal(3);
  });

  it('takes over in the same decision', async () => {
    await statuses(['a', 'b', 'c']);
    const answer = await start({ stream_id: 'd', replaces: ['b', 'stranger'] });
    expect(answer.statusCode).to.equal(201);
    expect(answer.json()).to.include({ active: 3 });
    expect((await beat('b')).statusCode).to.equal(410);
    expect((await beat('d')).statusCode).to.equal(200);
    expect((await start({ stream_id: 'e', replaces: ['stranger'] })).statusCode).to.equal(409);
    expect((await start({ stream_id: 'f', replaces: ['a', 'c', 'd'] })).json()).to.include({ active: 1 });
  });

  it('lets one of many takeovers of the same stream win', async () => {
    await statuses(['a', 'b', 'c']);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => start({ stream_id: `t${i}`, replaces: ['a'] })),
    );
    const codes = answers.map((answer) => answer.statusCode).sort();
    expect(codes).to.deep.equal([201, ...Array(11).fill(409)]);
    expect((await list()).active).to.equal(3);
  });

  it('releases on video_ended, and takes no place by it', async () => {
    await start({ stream_id: 'a' });
    for (const stream_id of ['a', 'never', undefined]) {
      const answer = await start({ stream_id, video_ended: true });
      expect([answer.statusCode, answer.body]).to.deep.equal([200, '{"released":true}']);
    }
    expect((await list()).active).to.equal(0);
  });

  it('holds 100 streams with the largest details and denies the next', async () => {
    await createUser('ann', 100);
    const details = largestDetails['control characters'];
    const ids = Array.from({ length: 100 }, (_, i) => `${i}`.padStart(64, 'x'));
    for (const stream_id of ids) {
      const answer = await start({ ...details, stream_id }, 'ann');
      expect(answer.statusCode, answer.body).to.equal(201);
    }
    expect((await list('ann')).items[99]).to.include(details);
    expect((await start({ stream_id: 'more' }, 'ann')).statusCode).to.equal(409);
    const all = await start({ stream_id: 'one', replaces: ids }, 'ann');
    expect([all.statusCode, all.json().active]).to.deep.equal([201, 1]);
  });

  for (const [characters, details] of Object.entries(largestDetails))
    it(`takes details of 3,840 bytes and refuses one more, in ${characters}`, async () => {
      expect((await start(details)).statusCode).to.equal(201);
      expect((await list()).items[0]).to.include(details);
      const answer = await start({ ...details, file_type: `${details.file_type}x` });
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors).to.deep.equal([
        { field: 'body', message: 'has details of 3841 bytes as JSON; at most 3840 can be kept' },
      ]);
    });

  const bad: [string, object, string][] = [
    ['an id with a slash', { stream_id: 'a/b' }, 'body.stream_id'],
    ['an empty id', { stream_id: '' }, 'body.stream_id'],
    ['an id as a number', { stream_id: 1 }, 'body.stream_id'],
    ['text for a flag', { video_ended: 'true' }, 'body.video_ended'],
    ['a long name', { video_name: 'x'.repeat(129) }, 'body.video_name'],
    ['a long codec', { codec_info: 'x'.repeat(129) }, 'body.codec_info'],
    ['a long file type', { file_type: 'x'.repeat(65) }, 'body.file_type'],
    ['a long source', { src: 'x'.repeat(257) }, 'body.src'],
    ['a long size', { size: 'x'.repeat(65) }, 'body.size'],
    ['an object as a size', { size: {} }, 'body.size'],
    ['101 replacements', { replaces: Array(101).fill('a') }, 'body.replaces'],
    ['a bad replacement', { replaces: ['a', 'b c'] }, 'body.replaces.1'],
    ['an unknown field', { user: 'ann' }, 'body.user'],
    ['a list', [], 'body'],
  ];
  for (const [name, payload, field] of bad) {
    it(`refuses ${name}`, async () => {
      const answer = await start(payload);
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors.map((error: { field: string }) => error.field)).to.include(field);
    });
  }
});
