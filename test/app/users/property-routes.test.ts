import { expect } from 'chai';
import fc from 'fast-check';
import { type TestApp, testApp } from '../../support/app.ts';

const json = { 'content-type': 'application/json' };

describe('properties of a user', () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await testApp();
    await test.call({ method: 'POST', url: '/api/v1/users', payload: { username: 'ann' } });
  });
  afterEach(() => test.close());

  const url = (key: string, user = 'ann') => `/api/v1/users/${user}/properties/${key}`;
  const put = (key: string, text: string, user?: string) =>
    test.call({ method: 'PUT', url: url(key, user), payload: text, headers: json });
  const get = (key: string, user?: string) => test.call({ url: url(key, user) });
  const remove = (key: string) => test.call({ method: 'DELETE', url: url(key) });
  const user = async () => (await test.call({ url: '/api/v1/users/ann' })).json();

  it('are created with 201, replaced with 200, read and deleted', async () => {
    const created = await put('theme', '"dark"');
    expect([created.statusCode, created.body]).to.deep.equal([201, '"dark"']);
    const replaced = await put('theme', '{ "name" : "light" }');
    expect([replaced.statusCode, replaced.body]).to.deep.equal([200, '{"name":"light"}']);
    expect((await get('theme')).body).to.equal('{"name":"light"}');
    expect((await get('theme')).headers['content-type']).to.match(/^application\/json/);
    expect((await user()).properties).to.deep.equal({ theme: { name: 'light' } });
    expect((await remove('theme')).statusCode).to.equal(204);
    expect((await remove('theme')).statusCode).to.equal(204);
    expect((await get('theme')).statusCode).to.equal(404);
  });

  it('belong to users that exist', async () => {
    expect((await put('a', '1', 'nobody')).statusCode).to.equal(404);
    expect((await get('a', 'nobody')).statusCode).to.equal(404);
  });

  for (const key of [
    'toString',
    'constructor',
    'hasOwnProperty',
    'a.b',
    '-',
    '...',
    'size',
    'a'.repeat(64),
  ]) {
    it(`may be called ${key}`, async () => {
      expect((await get(key)).statusCode).to.equal(404);
      expect((await put(key, '[1]')).statusCode).to.equal(201);
      expect((await get(key)).body).to.equal('[1]');
      expect((await user()).properties).to.have.own.property(key);
    });
  }

  for (const text of [
    'null',
    'true',
    '""',
    '12345678901234567890',
    '1.10',
    '-0.0',
    '1e2',
    '{"a":[1.0,{"b":0.30000000000000000001}]}',
    '"\\u0000\\ud83d\\udca1"',
  ]) {
    it(`keep ${text} exactly`, async () => {
      const sent = await put('exact', text);
      const kept = JSON.stringify(JSON.parse(text)) === text ? text : sent.body;
      expect(sent.body.replace('💡', '\\ud83d\\udca1')).to.equal(text);
      expect((await get('exact')).body).to.equal(kept);
      const whole = await test.call({ url: '/api/v1/users/ann' });
      expect(whole.body).to.include(`"properties":{"exact":${kept}}`);
    });
  }

  it('keep exact numbers through POST and PATCH as well', async () => {
    const created = await test.call({
      method: 'POST',
      url: '/api/v1/users',
      payload: '{"username":"bob","properties":{"a":1.10,"b":{"c":12345678901234567890}}}',
      headers: json,
    });
    expect(created.body).to.include('"a":1.10').and.include('"c":12345678901234567890');
    const patched = await test.call({
      method: 'PATCH',
      url: '/api/v1/users/bob',
      payload: '{"properties":{"b":{"d":2.50}}}',
      headers: json,
    });
    expect(patched.body).to.include('"properties":{"a":1.10,"b":{"c":12345678901234567890,"d":2.50}}');
  });

  it('are at most 20', async () => {
    for (let i = 0; i < 20; i++) expect((await put(`p${i}`, `${i}`)).statusCode).to.equal(201);
    const one = await put('p20', '20');
    expect(one.statusCode).to.equal(409);
    expect(one.json().errors[0].field).to.equal('properties');
    expect((await put('p0', '"again"')).statusCode).to.equal(200);
    const merged = await test.call({
      method: 'PATCH',
      url: '/api/v1/users/ann',
      payload: { properties: { p20: 1 } },
    });
    expect(merged.statusCode).to.equal(409);
    expect((await remove('p1')).statusCode).to.equal(204);
    expect((await put('p20', '20')).statusCode).to.equal(201);
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`p${i}`, i]));
    const created = await test.call({
      method: 'POST',
      url: '/api/v1/users',
      payload: { username: 'bob', properties: many },
    });
    expect(created.statusCode).to.equal(400);
    expect(created.json().errors[0].field).to.equal('body.properties');
  });

  it('stay at most 20 when 30 writers come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => put(`p${i}`, `${i}`)));
    const statuses = answers.map((answer) => answer.statusCode).sort();
    expect(statuses).to.deep.equal([...Array(20).fill(201), ...Array(10).fill(409)]);
    expect(Object.keys((await user()).properties)).to.have.length(20);
  });

  it('are at most 16 KiB each, whatever the characters', async () => {
    const text = (bytes: number) => `"${'é'.repeat((bytes - 2) / 2)}"`;
    expect((await put('a', text(16 * 1024))).statusCode).to.equal(201);
    const over = await put('a', text(16 * 1024 + 2));
    expect(over.statusCode).to.equal(400);
    expect(over.json().errors[0]).to.deep.equal({ field: 'body', message: 'is larger than 16384 bytes' });
    const created = await test.call({
      method: 'POST',
      url: '/api/v1/users',
      payload: { username: 'bob', properties: { big: 'a'.repeat(16 * 1024) } },
    });
    expect(created.statusCode).to.equal(400);
    expect(created.json().errors[0].field).to.equal('body.properties.big');
  });

  it('may all have 16 KiB', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`p${i}`, 'x'.repeat(16 * 1024 - 2)]),
    );
    const created = await test.call({
      method: 'POST',
      url: '/api/v1/users',
      payload: { username: 'bob', properties },
    });
    expect(created.statusCode).to.equal(201);
    expect((await test.call({ url: '/api/v1/users/bob' })).json().properties).to.deep.equal(properties);
    const list = await test.call({ url: '/api/v1/users?limit=1' });
    expect(list.statusCode).to.equal(200);
  });

  const refused: [string, string][] = [
    ['nothing', ''],
    ['text that is no JSON', '{"a":'],
    ['two values', '1 2'],
    ['a number beyond a double', '[1e999]'],
    ['65 levels', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['half a surrogate pair', '"\\ud83d"'],
    ['a __proto__', '{"__proto__":{"a":1}}'],
  ];
  for (const [name, text] of refused) {
    it(`refuse ${name}`, async () => {
      const answer = await put('a', text);
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors[0].field).to.equal('body');
    });
  }

  it('refuse bytes that are no UTF-8', async () => {
    for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80]]) {
      const payload = Buffer.from([0x22, ...bytes, 0x22]);
      const answer = await test.call({ method: 'PUT', url: url('a'), payload, headers: json });
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors).to.deep.equal([{ field: 'body', message: 'is not valid UTF-8' }]);
    }
  });

  for (const key of ['a%20b', '__proto__', 'a'.repeat(65), '%C3%A9']) {
    it(`refuse the key ${key}`, async () => {
      const answer = await put(key, '1');
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors[0].field).to.equal('params.key');
    });
  }

  it('of different keys are never lost by concurrent writers, also beside patches', async () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const change = fc.oneof(
      fc.record({ kind: fc.constant('put' as const), key, value: fc.integer() }),
      fc.record({ kind: fc.constant('remove' as const), key }),
      fc.record({ kind: fc.constant('name' as const), value: fc.stringMatching(/^[a-z]{1,5}$/) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(change, { selector: (c) => (c.kind === 'name' ? 'name' : c.key), minLength: 2 }),
        async (changes) => {
          const before = (await user()).properties;
          await Promise.all(
            changes.map(async (c) => {
              if (c.kind === 'put') await put(c.key, String(c.value));
              else if (c.kind === 'remove') await remove(c.key);
              else await test.call({ method: 'PATCH', url: '/api/v1/users/ann', payload: { name: c.value } });
            }),
          );
          const expected = { ...before };
          let name: string | undefined;
          for (const c of changes) {
            if (c.kind === 'put') expected[c.key] = c.value;
            else if (c.kind === 'remove') delete expected[c.key];
            else name = c.value;
          }
          const after = await user();
          expect(after.properties).to.deep.equal(expected);
          if (name !== undefined) expect(after.name).to.equal(name);
        },
      ),
      { seed: 21, numRuns: 40 },
    );
  });
});
