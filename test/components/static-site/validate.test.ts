import { expect } from 'chai';
import { StaticSite, type StaticSiteArgs } from '../../../components/static-site/index.ts';
import { behindEndpoint, behindLoadBalancer, directoryOf } from './fixture.ts';

function problemsOf(args: Partial<StaticSiteArgs>, name = 'site'): string {
  try {
    new StaticSite(name, { directory: directoryOf({ 'index.html': '' }), ...args });
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

const bucket = { name: 'media', path: '/media/*', domainName: 'm' };
const both = { ...behindLoadBalancer.service, ...behindEndpoint().service, paths: ['/api/*'] };

const refused: [string, Partial<StaticSiteArgs>, string][] = [
  [
    'a directory that is not there',
    { directory: 'no/such/directory' },
    'directory "no/such/directory" holds no index.html; is the site built?',
  ],
  [
    'immutable files without a hash',
    { directory: directoryOf({ 'index.html': '', 'assets/logo.png': '', 'assets/a-DiwrgTda.js': '' }) },
    'files in immutableDirectories must have a hash of their content in their names, unlike assets/logo.png',
  ],
  [
    'a service without a way to it',
    { service: { paths: ['/api/*'] } },
    'service: exactly one of internalLoadBalancer, publicEndpoint must be set, not none',
  ],
  [
    'a service with two',
    { service: both },
    'service: exactly one of internalLoadBalancer, publicEndpoint must be set, not internalLoadBalancer and publicEndpoint',
  ],
  [
    'a service without paths',
    { service: { ...behindLoadBalancer.service, paths: [] } },
    'service.paths must name at least one path',
  ],
  ...['api/*', '/*', '/a b', '/'].map((path): [string, Partial<StaticSiteArgs>, string] => [
    `the path "${path}"`,
    { buckets: [{ ...bucket, path }] },
    `a path must begin with a slash, be more than /* and hold characters of CloudFront's patterns only, not "${path}"`,
  ]),
  [
    'a path for two',
    { ...behindLoadBalancer, buckets: [{ ...bucket, path: '/page' }] },
    'paths must differ: /api/*, /page, /page',
  ],
  [
    'names of buckets that AWS refuses',
    { buckets: [{ ...bucket, name: 'a b' }] },
    'buckets: a name must hold 1 to 20 letters, digits and hyphens, not "a b"',
  ],
  [
    'a name for two buckets',
    { buckets: [bucket, { ...bucket, path: '/more/*' }] },
    'buckets: names must differ: media, media',
  ],
  [
    'a domain that is none',
    { domain: { name: 'WWW', hostedZoneId: 'Z1' } },
    'domain.name must be a domain name in lower case, not "WWW"',
  ],
  [
    'a domain that nothing can be proven for',
    { domain: { name: 'www.example.com' } },
    'domain needs hostedZoneId, or certificateArn where its records are made elsewhere',
  ],
  [
    'two web ACLs',
    { webAcl: {}, webAclArn: 'arn:aws:x' },
    'at most one of webAcl and webAclArn may be set, not both',
  ],
  [
    'text paths that are no paths',
    { webAcl: { textPaths: ['api/*/notes'] } },
    'webAcl.textPaths: a path must begin with a slash and have no * but after its last slash, not "api/*/notes"',
  ],
  [
    'a rate that WAF does not know',
    { webAcl: { requestsPerFiveMinutes: 9 } },
    'webAcl.requestsPerFiveMinutes must be a whole number from 10 to 2000000000, not 9',
  ],
  [
    'an unknown price class',
    { priceClass: 'cheap' },
    'priceClass must be one of PriceClass_100, PriceClass_200, PriceClass_All, not "cheap"',
  ],
];

describe('StaticSite refuses', () => {
  for (const [what, args, problem] of refused) {
    it(what, () => expect(problemsOf(args)).to.equal(`StaticSite "site": ${problem}`));
  }

  it('names that AWS refuses', () => {
    const problem = 'the name must begin with a letter and hold at most 30 letters, digits and hyphens';
    for (const name of ['', '1', 'a_b', 'a'.repeat(31)]) {
      expect(problemsOf({}, name)).to.equal(`StaticSite "${name}": ${problem}`);
    }
  });

  it('more pages than its function can hold', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `page-${index}`);
    const pages = Object.fromEntries(
      ['', ...names.map((name) => `${name}/`)].map((at) => [`${at}index.html`, '']),
    );
    expect(problemsOf({ directory: directoryOf(pages) })).to.match(
      /has too many pages, or files with fixed names: the function that finds them may have 10240 bytes, not 1\d{4}$/,
    );
  });

  it('all of it at once', () => {
    const problem = problemsOf({ directory: 'none', priceClass: 'cheap', service: { paths: [] } });
    expect(problem.split('\n  - ')).to.have.length(5);
  });
});
