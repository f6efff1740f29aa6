import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { type TestApp, testApp } from '../../support/app.ts';
import { plainClient } from '../../support/clients.ts';

describe('the page over HTTP', () => {
  let test: TestApp;
  let client: DynamoDBClient;
  before(async () => {
    test = await testApp();
    client = plainClient(test.tables.endpoint);
  });
  /** As before anything was saved. */
  beforeEach(async () => {
    await client.send(new DeleteItemCommand({ TableName: test.tables.page, Key: { id: { S: 'page' } } }));
  });
  after(async () => {
    client.destroy();
    await test.close();
  });

  const page = () => test.call({ url: '/page', headers: { authorization: '' } });
  const get = (headers = {}) =>
    test.call({ url: '/api/v1/page', headers: { authorization: '', ...headers } });
  const put = (string: unknown, headers = {}) =>
    test.call({ method: 'PUT', url: '/api/v1/page', headers, payload: { string } });

  it('shows the default before any string was set', async () => {
    const answer = await page();
    expect(answer.statusCode).to.equal(200);
    expect(answer.headers['content-type']).to.equal('text/html; charset=utf-8');
    expect(answer.headers['cache-control']).to.equal('no-store');
    expect(answer.body).to.include('<h1>The saved string is dynamic string</h1>');
    const value = await get();
    expect(value.json()).to.deep.equal({ string: 'dynamic string', version: 0, updated_at: null });
    expect(value.headers.etag).to.equal('"0"');
    expect(value.headers['cache-control']).to.equal('no-cache');
  });

  it('shows what was set, at once, escaped', async () => {
    const answer = await put('<b>1 & 2</b>');
    expect(answer.statusCode).to.equal(200);
    expect(answer.headers.etag).to.equal('"1"');
    expect(answer.json()).to.include({ string: '<b>1 & 2</b>', version: 1 });
    expect(new Date(answer.json().updated_at).toISOString()).to.equal(answer.json().updated_at);
    expect((await page()).body).to.include('<h1>The saved string is &lt;b&gt;1 &amp; 2&lt;/b&gt;</h1>');
    expect((await get()).json()).to.deep.equal(answer.json());
  });

  it('takes the API key only to change it', async () => {
    for (const [authorization, challenge] of [
      ['', 'Bearer realm="trellis"'],
      ['Basic dGVzdA==', 'Bearer realm="trellis"'],
      ['Bearer', 'Bearer realm="trellis"'],
      ['Bearer wrong', 'Bearer error="invalid_token", realm="trellis"'],
    ] as const) {
      const answer = await put('x', { authorization });
      expect(answer.statusCode, authorization).to.equal(401);
      expect(answer.headers['content-type']).to.match(/^application\/problem\+json/);
      expect(answer.headers['www-authenticate']).to.equal(challenge);
    }
    expect((await get()).json().version).to.equal(0);
  });

  it('answers 304 to who knows the version', async () => {
    const { etag } = (await put('x')).headers;
    const answer = await get({ 'if-none-match': etag });
    expect(answer.statusCode).to.equal(304);
    expect(answer.body).to.equal('');
    // A proxy would wait for what is announced and never comes.
    expect(answer.headers).not.to.have.property('content-length');
    expect(answer.headers.etag).to.equal(etag);
    expect((await get({ 'if-none-match': '"0"' })).statusCode).to.equal(200);
  });

  it('changes nothing when If-Match is stale', async () => {
    expect((await put('first', { 'if-match': '"0"' })).statusCode).to.equal(200);
    for (const stale of ['"0"', '"2"', '"x"', 'W/"1"', '""']) {
      const answer = await put('late', { 'if-match': stale });
      expect(answer.statusCode, stale).to.equal(412);
      expect(answer.json()).to.include({
        status: 412,
        detail: 'the string has changed since; read it again and decide anew',
      });
    }
    expect((await get()).json()).to.include({ string: 'first', version: 1 });
    expect((await put('second', { 'if-match': '"7", "1"' })).json().version).to.equal(2);
    expect((await put('third', { 'if-match': '*' })).json().version).to.equal(3);
  });

  it('lets one of many writers with the same If-Match through', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => put(`writer ${i}`, { 'if-match': '"0"' })),
    );
    const statuses = answers.map((answer) => answer.statusCode).sort();
    expect(statuses).to.deep.equal([200, ...Array(19).fill(412)]);
  });

  it('counts characters as code points', async () => {
    expect((await put('💡'.repeat(4096))).statusCode).to.equal(200);
    expect((await page()).body).to.include('💡'.repeat(4096));
    const answer = await put('💡'.repeat(4097));
    expect(answer.statusCode).to.equal(400);
    expect(answer.json().errors).to.deep.include({
      field: 'body.string',
      message: 'must NOT have more than 4096 characters',
    });
  });

  it('takes the empty string and control characters', async () => {
    for (const string of ['', '\u0000\u0007\r\n\t', ' ']) {
      expect((await put(string)).json().string).to.equal(string);
      expect((await get()).json().string).to.equal(string);
    }
  });

  const bad: [string, object, string][] = [
    ['no string', {}, 'body.string'],
    ['a number', { string: 1 }, 'body.string'],
    ['null', { string: null }, 'body.string'],
    ['an unknown field', { string: 'x', colour: 'red' }, 'body.colour'],
    ['an array', ['x'], 'body'],
  ];
  for (const [name, payload, field] of bad) {
    it(`refuses ${name}`, async () => {
      const answer = await test.call({ method: 'PUT', url: '/api/v1/page', payload });
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors.map((error: { field: string }) => error.field)).to.include(field);
    });
  }
});
