import { once } from 'node:events';
import { Agent, type IncomingMessage, METHODS, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import type { FastifyInstance } from 'fastify';
import { createGateway } from '../../../local/aws/gateway.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { authorization } from '../../support/service.ts';

/** All that Node parses, but CONNECT, which names a host in place of a path. */
const methods = METHODS.filter((method) => method !== 'CONNECT');
/** For paths beyond the first ones, which see all methods. */
const fewMethods = ['TRACE', 'QUERY', 'POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'PROPFIND'];
const agent = new Agent({ keepAlive: true });
const bodies = [undefined, 'text/plain', 'application/json'];

describe('a method that a path lacks', function () {
  this.timeout(60_000);
  let test: TestApp;
  let gateway: FastifyInstance;
  const ports: Record<string, number> = {};
  let paths: Record<string, Record<string, unknown>>;

  before(async () => {
    test = await testApp();
    await test.app.listen({ port: 0, host: '127.0.0.1' });
    ports.service = (test.app.server.address() as AddressInfo).port;
    const upstream = `http://127.0.0.1:${ports.service}`;
    gateway = await createGateway({ service: () => upstream, buckets: () => undefined, media: 'media' });
    await gateway.listen({ port: 0, host: '127.0.0.1' });
    ports.gateway = (gateway.server.address() as AddressInfo).port;
    paths = (await test.call({ url: '/api/openapi.json' })).json().paths;
  });
  after(async () => {
    agent.destroy();
    await gateway.close();
    await test.close();
  });

  async function send(port: number, method: string, path: string, type?: string) {
    const sent = request({
      port,
      path,
      method,
      agent,
      headers: { authorization, ...(type ? { 'content-type': type, 'content-length': 1 } : {}) },
    });
    sent.end(type && '{');
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  }

  for (const through of ['service', 'gateway']) {
    it(`answers 405 with the methods that there are, through the ${through}`, async () => {
      for (const [i, [path, operations]] of Object.entries(paths).entries()) {
        const url = path.replaceAll(/\{[^}]*\}/g, 'abcdefghi-abcdefghijkl');
        const documented = Object.keys(operations).map((method) => method.toUpperCase());
        const allowed = [...documented, ...(documented.includes('GET') ? ['HEAD'] : [])].sort();
        for (const method of (i < 2 ? methods : fewMethods).filter(
          (each) => ![...allowed, 'OPTIONS'].includes(each),
        )) {
          const type = bodies[(method.length + path.length) % bodies.length];
          const answer = await send(ports[through] as number, method, url, type);
          const where = `${method} ${url} ${type}: ${answer.body}`;
          expect(answer.status, where).to.equal(405);
          expect(answer.headers.allow, where).to.equal([...allowed, 'OPTIONS'].join(', '));
          if (method === 'HEAD') continue;
          expect(answer.headers['content-type'], where).to.match(/^application\/problem\+json/);
          expect(JSON.parse(answer.body), where).to.include({ status: 405, title: 'Method Not Allowed' });
        }
        const options = await send(ports[through] as number, 'OPTIONS', url, 'text/plain');
        expect([options.status, options.body], url).to.deep.equal([204, '']);
        expect(options.headers.allow, url).to.equal([...allowed, 'OPTIONS'].join(', '));
      }
    });

    it(`answers HEAD as GET, less the body, through the ${through}`, async () => {
      for (const path of ['/page', '/api/v1/page', '/api/v1/users/nobody', '/rates', '/api/openapi.json']) {
        const got = await send(ports[through] as number, 'GET', path);
        const headed = await send(ports[through] as number, 'HEAD', path);
        expect([headed.status, headed.body], path).to.deep.equal([got.status, '']);
        for (const header of ['content-type', 'content-length', 'etag', 'cache-control'])
          expect(headed.headers[header], `${path} ${header}`).to.equal(got.headers[header]);
      }
    });

    it(`answers 404 by a problem on unknown paths, through the ${through}`, async () => {
      for (const method of methods.filter((each) => each !== 'HEAD')) {
        const answer = await send(ports[through] as number, method, '/api/nowhere', 'text/plain');
        expect(answer.status, method).to.equal(404);
        expect(answer.headers['content-type'], method).to.match(/^application\/problem\+json/);
      }
      const missing = await send(ports[through] as number, 'GET', '/api/docs/static/nothing.js');
      expect(missing.status).to.equal(404);
      expect(missing.headers['content-type']).to.match(/^application\/problem\+json/);
      const malformed = await send(ports[through] as number, 'GET', '/api/v1/users/%zz');
      expect(malformed.status).to.equal(400);
      expect(malformed.headers['content-type']).to.match(/^application\/problem\+json/);
    });
  }

  it('knows a path however it is written', async () => {
    for (const url of ['/%70age', '/page?a=b', '/api/v1/users/a%2Fb', '/api/v1/users/%F0%9F%92%A1']) {
      const answer = await send(ports.service as number, 'PURGE', url);
      expect(answer.status, url).to.equal(405);
    }
  });

  it('of the server as a whole: OPTIONS * tells all that there are', async () => {
    const answer = await send(ports.service as number, 'OPTIONS', '*');
    expect([answer.status, answer.headers.allow]).to.deep.equal([
      204,
      'DELETE, GET, HEAD, PATCH, POST, PUT, OPTIONS',
    ]);
  });

  it('is a problem as well when it is CONNECT, or one that Node does not parse', async () => {
    for (const [line, status] of [
      ['CONNECT example.com:443', 405],
      ['CONNECT /page', 405],
      ['FETCH /page', 400],
      ['get /page', 400],
    ] as const) {
      const connection = await RawConnection.open(ports.service as number);
      connection.send(`${line} HTTP/1.1\r\nHost: test\r\n\r\n`);
      const answer = await connection.answer();
      expect(answer.status, line).to.equal(status);
      expect(answer.headers['content-type'], line).to.match(/^application\/problem\+json/);
      expect(JSON.parse(answer.body).status, line).to.equal(status);
      if (status === 405)
        expect(answer.headers.allow).to.equal(line.includes('/page') ? 'GET, HEAD, OPTIONS' : '');
      await connection.finish();
    }
  });

  for (const [what, leave] of [
    ['resets the connection', (socket: Socket) => void socket.resetAndDestroy()],
    ['never closes the connection', (socket: Socket) => void socket.resume()],
  ] as const)
    it(`leaves nothing behind when it is CONNECT, and the caller ${what}`, async () => {
      const kept = once(test.app.server, 'connect').then(([, socket]) => once(socket, 'close'));
      const socket = connect({ port: ports.service as number, host: '127.0.0.1', allowHalfOpen: true });
      await once(socket, 'connect');
      socket.write('CONNECT example.com:443 HTTP/1.1\r\nHost: test\r\n\r\n');
      leave(socket);
      await kept;
      socket.destroy();
      expect((await test.call({ url: '/livez' })).statusCode).to.equal(200);
    });
});
