import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'chai';
import { type TestApp, testApp } from '../../support/app.ts';

/** Routes for everybody, by the HTTP contract; all others need the API key. */
const open = /^\/(page|rates|livez|readyz|healthz)$|^\/api\/v1\/(page|streams?|players|vitals)(\/|$)/;
const keyed = ['put /api/v1/page', 'get /api/v1/vitals'];

describe('the OpenAPI document', () => {
  let test: TestApp;
  const routes: string[] = [];
  before(async () => {
    test = await testApp();
  });
  after(() => test.close());

  const document = async () =>
    (await test.call({ url: '/api/openapi.json', headers: { authorization: '' } })).json();

  it('is valid', async () => {
    const result = await new Validator().validate(await document());
    expect(result.valid, JSON.stringify(result.errors)).to.equal(true);
  });

  it('lists every route of the contract with its method', async () => {
    const { paths } = await document();
    for (const [path, methods] of Object.entries<object>(paths)) {
      for (const method of Object.keys(methods)) routes.push(`${method.toUpperCase()} ${path}`);
    }
    expect(routes).to.include.members([
      'GET /page',
      'GET /api/v1/page',
      'PUT /api/v1/page',
      'POST /api/v1/users',
      'GET /api/v1/users',
      'GET /api/v1/users/{username}',
      'PATCH /api/v1/users/{username}',
      'DELETE /api/v1/users/{username}',
      'GET /api/v1/users/{username}/properties/{key}',
      'PUT /api/v1/users/{username}/properties/{key}',
      'DELETE /api/v1/users/{username}/properties/{key}',
      'GET /api/v1/streams',
      'POST /api/v1/stream',
      'POST /api/v1/streams',
      'PUT /api/v1/streams/{id}',
      'DELETE /api/v1/streams/{id}',
      'GET /api/v1/players/{username}',
      'GET /api/v1/players/{username}/stats',
      'GET /api/v1/players/{username}/videos',
      'POST /api/v1/users/{username}/videos',
      'POST /api/v1/vitals',
      'GET /api/v1/vitals',
      'GET /livez',
      'GET /readyz',
    ]);
  });

  it('lists every route that the server has, but those that show the document', async () => {
    const { paths } = await document();
    const served = pathsOf(test.app.printRoutes({ commonPrefix: false }));
    expect(served).to.include('/page');
    const hidden = served.filter((path) => !/^\/api\/(docs|openapi\.json)/.test(path));
    for (const path of hidden) {
      expect(paths).to.have.property(path.replace(/:([a-z_]+)/g, '{$1}'));
    }
  });

  it('tells which operations need the key, and what every operation may answer', async () => {
    const { paths } = await document();
    for (const [path, operations] of Object.entries<Record<string, Operation>>(paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const where = `${method} ${path}`;
        expect(operation.summary, where).to.be.a('string').and.not.equal('');
        const protectedRoute = !open.test(path) || keyed.includes(where);
        const needed = operation.security?.every((schemes) => Object.keys(schemes).length > 0) ?? false;
        expect(needed, where).to.equal(protectedRoute);
        if (operation.security) expect(operation.responses, where).to.include.keys('401');
        if (path !== '/livez') expect(operation.responses, where).to.include.keys('503');
        if (['post', 'put', 'patch'].includes(method)) expect(operation.responses).to.include.keys('400');
      }
    }
  });

  it('is shown at /api/docs', async () => {
    const answer = await test.call({ url: '/api/docs', headers: { authorization: '' } });
    expect(answer.statusCode).to.be.oneOf([200, 302]);
    const page = await test.call({ url: '/api/docs/', headers: { authorization: '' } });
    expect(page.statusCode).to.equal(200);
    expect(page.headers['content-type']).to.match(/^text\/html/);
  });
});

/** The paths in Fastify's drawing of its route tree, where each line has the part beyond its parent. */
function pathsOf(tree: string): string[] {
  const parents: string[] = [];
  const paths: string[] = [];
  for (const line of tree.trim().split('\n')) {
    const [, indent, part, methods] = /^([│ ]*)[├└]── (\S+)( \(.*)?$/.exec(line) as unknown as string[];
    const depth = (indent as string).length / 4;
    const path = (parents[depth - 1] ?? '') + part;
    parents[depth] = path;
    if (methods) paths.push(path);
  }
  return paths;
}

interface Operation {
  summary?: string;
  security?: object[];
  responses: Record<string, unknown>;
}
