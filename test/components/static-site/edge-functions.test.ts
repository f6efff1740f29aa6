import { expect } from 'chai';
import { findFileCode, viewerAddressCode } from '../../../components/static-site/edge-functions.ts';
import { only } from '../mocks.ts';
import { directoryOf, resourcesOf } from './fixture.ts';

interface Request {
  uri: string;
  headers: Record<string, { value: string }>;
}

/** Runs a CloudFront function as CloudFront does. */
function run(code: string, request: Partial<Request>, ip = '203.0.113.9'): Request {
  const handler = new Function(`${code}; return handler;`)();
  return handler({ viewer: { ip }, request: { uri: '/', headers: {}, ...request } });
}

describe('the function that finds files', () => {
  const pages = ['', '/player'];
  const singlePage = { files: ['/about.html', '/favicon.svg'], directories: ['/assets/'] };
  const uriOf = (uri: string, single: boolean) =>
    run(findFileCode(single ? { pages, singlePage } : { pages }), { uri }).uri;

  const always: [string, string][] = [
    ['/', '/index.html'],
    ['/player', '/player/index.html'],
    ['/player/', '/player/index.html'],
    ['/about.html', '/about.html'],
    ['/favicon.svg', '/favicon.svg'],
    ['/assets/index-DiwrgTda.js', '/assets/index-DiwrgTda.js'],
  ];
  for (const [uri, file] of always) {
    it(`answers ${uri} with ${file}, in a single-page application too`, () => {
      expect(uriOf(uri, false)).to.equal(file);
      expect(uriOf(uri, true)).to.equal(file);
    });
  }
  for (const uri of ['/players/ann', '/players/ann.lee', '/players/', '/assets', '/missing.png']) {
    it(`answers ${uri} with the one page in a single-page application alone`, () => {
      expect(uriOf(uri, false)).to.equal(uri);
      expect(uriOf(uri, true)).to.equal('/index.html');
    });
  }

  it('knows the directories of the site that have a page, and is not asked for the service’s paths', async () => {
    const type = 'aws:cloudfront/function:Function';
    const { inputs } = only(await resourcesOf(), type, 'site-find-file');
    expect(inputs).to.deep.include({ runtime: 'cloudfront-js-2.0', publish: true });
    expect(run(String(inputs.code), { uri: '/player' }).uri).to.equal('/player/index.html');
    expect(run(String(inputs.code), { uri: '/users/ann' }).uri).to.equal('/users/ann');
    const single = String(only(await resourcesOf({ singlePage: true }), type, 'site-find-file').inputs.code);
    expect(run(single, { uri: '/users/ann' }).uri).to.equal('/index.html');
    for (const uri of [
      '/robots.txt',
      '/about.html',
      '/.well-known/security.txt',
      '/assets/of-earlier-release.js',
    ]) {
      expect(run(single, { uri }).uri).to.equal(uri);
    }
    const rootOnly = only(await resourcesOf({ directory: directoryOf({ 'index.html': '' }) }), type);
    expect(run(String(rootOnly.inputs.code), { uri: '/player' }).uri).to.equal('/player');
  });
});

describe('the function that tells the viewer’s address', () => {
  it('overwrites what the caller claims', () => {
    const headers = { 'x-viewer-address': { value: '198.51.100.1' }, accept: { value: '*/*' } };
    const request = run(viewerAddressCode('x-viewer-address'), { uri: '/api/x', headers });
    expect(request.headers).to.deep.equal({
      'x-viewer-address': { value: '203.0.113.9' },
      accept: { value: '*/*' },
    });
    expect(request.uri).to.equal('/api/x');
  });
});
