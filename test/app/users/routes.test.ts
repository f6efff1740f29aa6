import { expect } from 'chai';
import { type TestApp, testApp } from '../../support/app.ts';

describe('the user API', () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await testApp();
  });
  afterEach(() => test.close());

  const users = '/api/v1/users';
  const create = (payload: object) => test.call({ method: 'POST', url: users, payload });
  const get = (name: string, headers = {}) => test.call({ url: `${users}/${name}`, headers });
  const patch = (name: string, payload: object | string, headers = {}) =>
    test.call({
      method: 'PATCH',
      url: `${users}/${name}`,
      payload,
      headers: { 'content-type': 'application/merge-patch+json', ...headers },
    });
  const remove = (name: string, headers = {}) =>
    test.call({ method: 'DELETE', url: `${users}/${name}`, headers });

  it('creates a user and reads it back', async () => {
    const user = {
      username: 'ann',
      name: 'Ann É',
      email: 'ann@example.com',
      stream_limit: 5,
      properties: { theme: 'dark', tags: [1, null, { a: true }] },
    };
    const created = await create(user);
    expect(created.statusCode).to.equal(201);
    expect(created.headers.location).to.equal('/api/v1/users/ann');
    expect(created.json()).to.deep.include(user);
    expect(created.json()).to.have.all.keys(...Object.keys(user), 'created_at', 'updated_at');
    const read = await get('ann');
    expect(read.json()).to.deep.equal(created.json());
    expect(read.headers.etag)
      .to.equal(created.headers.etag)
      .and.match(/^"[^"]+"$/);
    expect((await get('ann', { 'if-none-match': read.headers.etag })).statusCode).to.equal(304);
  });

  it('takes a username once, whoever is first', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => create({ username: 'ann', name: `${i}` })),
    );
    expect(answers.map((answer) => answer.statusCode).sort()).to.deep.equal([201, ...Array(9).fill(409)]);
    const winner = answers.find((answer) => answer.statusCode === 201)?.json();
    expect((await get('ann')).json()).to.deep.equal(winner);
  });

  it('needs the API key on every route', async () => {
    for (const [method, url] of [
      ['POST', users],
      ['GET', users],
      ['GET', `${users}/ann`],
      ['PATCH', `${users}/ann`],
      ['DELETE', `${users}/ann`],
      ['GET', `${users}/ann/properties/a`],
      ['PUT', `${users}/ann/properties/a`],
      ['DELETE', `${users}/ann/properties/a`],
    ] as const) {
      const without = await test.call({ method, url, headers: { authorization: '' } });
      expect(without.statusCode, `${method} ${url}`).to.equal(401);
      const wrong = await test.call({ method, url, headers: { authorization: 'Bearer no' } });
      expect(wrong.statusCode, `${method} ${url}`).to.equal(401);
    }
  });

  it('answers 404 about users that are not there, and 204 when they are to go', async () => {
    expect((await get('nobody')).statusCode).to.equal(404);
    expect((await patch('nobody', { name: 'x' })).statusCode).to.equal(404);
    expect((await remove('nobody')).statusCode).to.equal(204);
    // Whoever repeats a deletion gets the same answer again.
    expect((await remove('nobody', { 'if-match': '*' })).statusCode).to.equal(204);
  });

  for (const type of ['application/json', 'application/merge-patch+json']) {
    it(`merges a patch of ${type}`, async () => {
      await create({
        username: 'ann',
        name: 'Ann',
        email: 'a@example.com',
        stream_limit: 9,
        properties: { keep: 1, drop: 2, deep: { a: 1, b: { c: 2 } } },
      });
      const change = {
        name: 'Anna',
        email: null,
        properties: { drop: null, deep: { a: null, b: { d: 3 } }, fresh: { x: null, y: [null] } },
      };
      const answer = await patch('ann', JSON.stringify(change), { 'content-type': type });
      expect(answer.statusCode).to.equal(200);
      expect(answer.json()).to.deep.include({
        name: 'Anna',
        stream_limit: 9,
        properties: { keep: 1, deep: { b: { c: 2, d: 3 } }, fresh: { y: [null] } },
      });
      expect(answer.json()).not.to.have.property('email');
      expect((await get('ann')).json()).to.deep.equal(answer.json());
    });
  }

  it('removes all properties by null, keeps them when the patch has none', async () => {
    await create({ username: 'ann', properties: { a: 1 } });
    expect((await patch('ann', {})).json().properties).to.deep.equal({ a: 1 });
    expect((await patch('ann', { properties: null })).json().properties).to.deep.equal({});
  });

  it('changes and deletes only the revision of If-Match', async () => {
    const first = (await create({ username: 'ann' })).headers.etag as string;
    const answer = await patch('ann', { name: 'A' }, { 'if-match': first });
    expect(answer.statusCode).to.equal(200);
    expect(answer.headers.etag).not.to.equal(first);
    expect((await patch('ann', { name: 'B' }, { 'if-match': first })).statusCode).to.equal(412);
    expect((await remove('ann', { 'if-match': first })).statusCode).to.equal(412);
    expect((await get('ann')).json().name).to.equal('A');
    const current = `"other", ${answer.headers.etag}`;
    expect((await remove('ann', { 'if-match': current })).statusCode).to.equal(204);
    expect((await get('ann')).statusCode).to.equal(404);
  });

  it('loses no patch of concurrent writers of different fields', async () => {
    await create({ username: 'ann' });
    const answers = await Promise.all([
      patch('ann', { name: 'Ann' }),
      patch('ann', { email: 'ann@example.com' }),
      patch('ann', { stream_limit: 7 }),
      patch('ann', { properties: { a: 1 } }),
      patch('ann', { properties: { b: 2 } }),
    ]);
    expect(answers.map((answer) => answer.statusCode)).to.deep.equal(Array(5).fill(200));
    expect((await get('ann')).json()).to.deep.include({
      name: 'Ann',
      email: 'ann@example.com',
      stream_limit: 7,
      properties: { a: 1, b: 2 },
    });
  });

  it('pages to the end: every user once, whatever the page size', async () => {
    const names = Array.from({ length: 23 }, (_, i) => `user-${i}`);
    await Promise.all(names.map((username) => create({ username, name: 'N', properties: { big: 1 } })));
    for (const limit of ['', '?limit=1', '?limit=7', '?limit=23', '?limit=100']) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query: string = cursor ? `${limit || '?'}&cursor=${cursor}` : limit;
        const answer = await test.call({ url: users + query });
        expect(answer.statusCode).to.equal(200);
        const { items, next_cursor } = answer.json();
        expect(items.length).to.be.at.most(Number(limit.slice(7)) || 20);
        for (const item of items) {
          expect(item).to.have.all.keys('username', 'name', 'created_at', 'updated_at');
          seen.push(item.username);
        }
        cursor = next_cursor;
      }
      expect(seen, limit).to.have.members(names).and.have.length(names.length);
    }
  });

  const queries: [string, string][] = [
    ['limit=0', 'query.limit'],
    ['limit=101', 'query.limit'],
    ['limit=1.5', 'query.limit'],
    ['limit=', 'query.limit'],
    ['limit=1&limit=2', 'query.limit'],
    ['cursor=', 'query.cursor'],
    ['cursor=%00', 'query.cursor'],
    [`cursor=${'A'.repeat(1025)}`, 'query.cursor'],
    ['page=2', 'query.page'],
  ];
  for (const [query, field] of queries) {
    it(`refuses ?${query.slice(0, 40)}`, async () => {
      const answer = await test.call({ url: `${users}?${query}` });
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors[0].field).to.equal(field);
    });
  }

  for (const name of ['a/b', '__proto__']) {
    it(`knows no page after ${name}`, async () => {
      const cursor = Buffer.from(name).toString('base64url');
      const answer = await test.call({ url: `${users}?cursor=${cursor}` });
      expect(answer.statusCode).to.equal(404);
      expect(answer.json().errors[0].field).to.equal('query.cursor');
    });
  }

  const bad: [string, object, string][] = [
    ['no username', {}, 'body.username'],
    ['a username with a slash', { username: 'a/b' }, 'body.username'],
    ['a username of 65 characters', { username: 'a'.repeat(65) }, 'body.username'],
    ['a username that is a path of its own', { username: '..' }, 'body.username'],
    ['a number for a username', { username: 1 }, 'body.username'],
    ['an empty name', { username: 'ann', name: '' }, 'body.name'],
    ['no email at all', { username: 'ann', email: 'ann' }, 'body.email'],
    ['a limit over 100', { username: 'ann', stream_limit: 101 }, 'body.stream_limit'],
    ['a negative limit', { username: 'ann', stream_limit: -1 }, 'body.stream_limit'],
    ['half a stream', { username: 'ann', stream_limit: 1.5 }, 'body.stream_limit'],
    ['a limit as text', { username: 'ann', stream_limit: '3' }, 'body.stream_limit'],
    ['null for a limit', { username: 'ann', stream_limit: null }, 'body.stream_limit'],
    ['a property with a space', { username: 'ann', properties: { 'a b': 1 } }, 'body.properties.a b'],
    ['properties as a list', { username: 'ann', properties: [] }, 'body.properties'],
    ['an unknown field', { username: 'ann', admin: true }, 'body.admin'],
  ];
  for (const [name, payload, field] of bad) {
    it(`refuses ${name}`, async () => {
      const answer = await create(payload);
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors.map((error: { field: string }) => error.field)).to.include(field);
    });
  }
});
