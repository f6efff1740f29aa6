import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import Fastify, { type FastifyInstance } from 'fastify';
import { openApi } from '../../../app/plugins/open-api.ts';
import { contentSecurityPolicy } from '../../../contract/content-security-policy.ts';
import { createGateway } from '../../../local/aws/gateway.ts';

describe('the gateway of the laptop', () => {
  let service: FastifyInstance;
  let gateway: FastifyInstance;
  let url: string;
  let root: string;
  let calls = 0;

  before(async () => {
    service = Fastify({ forceCloseConnections: true });
    await service.register(openApi);
    service.get('/page', async () => 'the page');
    service.get('/api/v1/away', async (_request, reply) => reply.code(503).send({ calls: ++calls }));
    const upstream = await service.listen({ port: 0, host: '127.0.0.1' });
    root = mkdtempSync(join(tmpdir(), 'gateway-'));
    mkdirSync(join(root, 'site', 'assets'), { recursive: true });
    writeFileSync(join(root, 'secret'), 'not for you');
    writeFileSync(join(root, 'site', 'index.html'), '<p>the site');
    writeFileSync(join(root, 'site', 'assets', 'a-01234567.css'), 'p {}');
    const upstreams = { service: () => upstream, buckets: () => undefined, media: 'media' };
    gateway = await createGateway(upstreams, join(root, 'site'));
    url = await gateway.listen({ port: 0, host: '127.0.0.1' });
  });

  after(async () => {
    await gateway.close();
    await service.close();
    rmSync(root, { recursive: true });
  });

  it('serves the site, under the content security policy that the cloud has', async () => {
    for (const [path, type, text, caching] of [
      ['/', 'text/html', '<p>the site', 'no-cache'],
      ['/assets/a-01234567.css', 'text/css', 'p {}', 'public, max-age=31536000, immutable'],
    ] as const) {
      const answer = await fetch(url + path);
      expect(answer.status, path).to.equal(200);
      expect(await answer.text()).to.equal(text);
      expect(answer.headers.get('content-type')).to.include(type);
      expect(answer.headers.get('content-security-policy')).to.equal(contentSecurityPolicy());
      expect(answer.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(answer.headers.get('cache-control')).to.equal(caching);
    }
  });

  it('hands on a 503 at once: whether to ask again is the caller’s decision', async () => {
    const answer = await fetch(`${url}/api/v1/away`);
    expect([answer.status, await answer.json()]).to.deep.equal([503, { calls: 1 }]);
  });

  it('answers paths that are no file with the one page, as the CDN does', async () => {
    for (const path of ['/players/ann', '/players/ann.lee', '/ops']) {
      const answer = await fetch(url + path);
      expect(answer.status, path).to.equal(200);
      expect(await answer.text()).to.equal('<p>the site');
      expect(answer.headers.get('content-security-policy')).to.equal(contentSecurityPolicy());
    }
    expect((await fetch(`${url}/assets/of-earlier-release.js`)).status).to.equal(404);
    expect((await fetch(`${url}/players/ann`, { method: 'POST' })).status).to.equal(404);
  });

  it('never leaves the site’s directory', async () => {
    for (const path of ['/..%2fsecret', '/%2e%2e/secret', '/assets/..%2f..%2fsecret']) {
      expect(await (await fetch(url + path)).text(), path).not.to.include('not for you');
    }
  });

  it('leaves the service’s answers as they are, the documentation of the API among them', async () => {
    const page = await fetch(`${url}/page`);
    expect(await page.text()).to.equal('the page');
    expect(page.headers.has('content-security-policy')).to.equal(false);
    const documentation = await fetch(`${url}/api/docs/`);
    expect(documentation.status).to.equal(200);
    expect(documentation.headers.has('content-security-policy')).to.equal(false);
    const html = await documentation.text();
    const parts = [...html.matchAll(/(?:src|href)="\.?\/?([^"]+\.(?:js|css))"/g)].map(([, part]) => part);
    expect(parts).not.to.be.empty;
    for (const part of parts) {
      const path = part?.startsWith('api/') ? `/${part}` : `/api/docs/${part}`;
      expect((await fetch(url + path)).status, path).to.equal(200);
    }
    expect(await (await fetch(`${url}/api/openapi.json`)).json()).to.have.property('openapi');
  });
});
