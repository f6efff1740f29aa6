import { expect } from 'chai';
import Fastify, { type FastifyInstance } from 'fastify';
import { openApi } from '../../app/plugins/open-api.ts';
import { contentSecurityPolicy } from '../../contract/content-security-policy.ts';
import { createGateway } from '../../local/gateway.ts';

describe('the gateway of the laptop', () => {
  let service: FastifyInstance;
  let gateway: FastifyInstance;
  let url: string;

  before(async () => {
    service = Fastify({ forceCloseConnections: true });
    await service.register(openApi);
    service.get('/page', async () => 'the page');
    const upstream = await service.listen({ port: 0, host: '127.0.0.1' });
    gateway = await createGateway(Number(new URL(upstream).port));
    url = await gateway.listen({ port: 0, host: '127.0.0.1' });
  });

  after(async () => {
    await gateway.close();
    await service.close();
  });

  it('serves the site, under the content security policy that the cloud has', async () => {
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/home.css', 'text/css'],
    ]) {
      const answer = await fetch(url + path);
      expect(answer.status, path).to.equal(200);
      expect(answer.headers.get('content-type')).to.include(type);
      expect(answer.headers.get('content-security-policy')).to.equal(contentSecurityPolicy());
      expect(answer.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(answer.headers.get('cache-control')).to.equal('no-cache');
    }
  });

  it('serves pages that obey that policy: nothing in line, nothing from elsewhere', async () => {
    const page = await (await fetch(url)).text();
    expect(page).not.to.match(/<style|<script(?![^>]+src)| style=| on\w+=|https?:\/\//);
    expect(page).to.include('href="/page"').and.to.include('href="/api/docs"');
  });

  it('says 404 of what is not there, and never leaves the site’s directory', async () => {
    for (const path of ['/nothing', '/..%2fpackage.json', '/%2e%2e/package.json']) {
      expect((await fetch(url + path)).status, path).to.be.oneOf([403, 404]);
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
