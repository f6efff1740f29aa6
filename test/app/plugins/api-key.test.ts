import { expect } from 'chai';
import Fastify, { type FastifyInstance } from 'fastify';
import { apiKey } from '../../../app/plugins/api-key.ts';
import { problemDetails } from '../../../app/plugins/problem-details.ts';

const key = 'a-key-of-19-letters';
const missing = 'this needs the API key, sent as "Authorization: Bearer <key>"';
const wrong = 'the API key is wrong';

describe('the API key', () => {
  let app: FastifyInstance;
  before(async () => {
    app = Fastify();
    await app.register(problemDetails);
    await app.register(apiKey, { apiKey: key });
    app.get('/always', { onRequest: app.requireApiKey }, () => 'let in');
    app.get('/sometimes', (request) => {
      app.checkApiKey(request);
      return 'let in';
    });
    await app.ready();
  });
  after(() => app.close());

  const headers: [authorization: string | undefined, refusal: string | undefined][] = [
    [`Bearer ${key}`, undefined],
    [`bearer ${key}`, undefined],
    [`Bearer   ${key}  `, undefined],
    [`Bearer ${key.slice(1)}`, wrong],
    [`Bearer ${key}x`, wrong],
    ['Bearer k', wrong],
    [undefined, missing],
    ['', missing],
    ['Bearer', missing],
    ['Bearer  ', missing],
    [key, missing],
    [`Bearer${key}`, missing],
    [`Bearer ${key} ${key}`, missing],
    [`x Bearer ${key}`, missing],
    [`Basic ${key}`, missing],
  ];
  for (const url of ['/always', '/sometimes']) {
    for (const [authorization, refusal] of headers) {
      it(`${JSON.stringify(authorization)} is ${refusal ? 'not ' : ''}let in at ${url}`, async () => {
        const answer = await app.inject({
          url,
          headers: authorization === undefined ? {} : { authorization },
        });
        if (refusal === undefined) {
          expect([answer.statusCode, answer.body]).to.deep.equal([200, 'let in']);
          return;
        }
        expect(answer.statusCode).to.be.oneOf([401, 403]);
        expect(answer.json().detail).to.equal(refusal);
        if (answer.statusCode === 401)
          expect(answer.headers['www-authenticate']).to.match(/^Bearer (.+, )?realm="trellis"$/);
      });
    }
  }

  it('is asked for with 401, and no error is named, when a request brings none', async () => {
    const { statusCode, headers } = await app.inject({ url: '/always' });
    expect([statusCode, headers['www-authenticate']]).to.deep.equal([401, 'Bearer realm="trellis"']);
  });

  it('is a plugin that others can depend on by its name', () => {
    expect(app.hasPlugin('api-key')).to.equal(true);
  });
});
