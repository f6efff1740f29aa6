import { expect } from 'chai';
import {
  gitRefProblem,
  parseRepositoryUrl,
  readRepositoryRules,
} from '../../../data/scans/repository-url.ts';

const cloud = { hosts: ['github.com', 'gitlab.com'], fileUrls: false };
const laptop = { ...cloud, fileUrls: true };

describe('URLs of repositories', () => {
  for (const [text, url] of [
    ['https://github.com/owner/name', 'https://github.com/owner/name'],
    ['https://github.com/owner/name.git', 'https://github.com/owner/name'],
    ['https://github.com/owner/name/', 'https://github.com/owner/name'],
    ['https://gitlab.com/group/sub-group/_name.x', 'https://gitlab.com/group/sub-group/_name.x'],
  ] as const) {
    it(`takes ${text}`, () => {
      expect(parseRepositoryUrl(text, cloud)).to.include({ url, host: new URL(url).hostname });
    });
  }

  for (const [text, reason] of [
    ['http://github.com/owner/name', /must begin with https/],
    ['HTTPS://github.com/owner/name', /must begin with https/],
    ['git://github.com/owner/name', /must begin with https/],
    ['ssh://git@github.com/owner/name', /must begin with https/],
    ['git@github.com:owner/name', /must begin with https/],
    ['ext::sh -c touch% /tmp/x', /spaces/],
    ['ext::sh', /must begin with https/],
    ['fd::7', /must begin with https/],
    ['file:///etc', /must begin with https/],
    ['/etc', /must begin with https/],
    ['--upload-pack=touch', /must begin with https/],
    ['-oProxyCommand=x', /must begin with https/],
    ['https:/github.com/owner/name', /must begin with https/],
    ['https:///github.com/owner/name', /must begin with https/],
    ['https://\\github.com/owner/name', /must begin with https/],
    ['https://user:pw@github.com/owner/name', /no user name/],
    ['https://token@github.com/owner/name', /no user name/],
    ['https://@github.com/owner/name', /no user name/],
    ['https://github.com@evil.example/owner/name', /no user name/],
    ['https://github.com:443/owner/name', /no port/],
    ['https://github.com:/owner/name', /no port/],
    ['https://127.0.0.1/owner/name', /not an IP/],
    ['https://2130706433/owner/name', /not an IP/],
    ['https://0x7f.1/owner/name', /not an IP/],
    ['https://[::1]/owner/name', /no port|not an IP/],
    ['https://169.254.169.254/latest/meta-data', /not an IP/],
    ['https://localhost/owner/name', /one of github.com, gitlab.com/],
    ['https://evil.example/owner/name', /one of/],
    ['https://github.com.evil.example/owner/name', /one of/],
    ['https://github.com./owner/name', /one of/],
    ['https://xn--gthub-cta.com/owner/name', /one of/],
    ['https://gïthub.com/owner/name', /ASCII/],
    ['https://%67ithub.com/owner/name', /path/],
    ['https://github.com/owner/name?x=1', /query/],
    ['https://github.com/owner/name#x', /query/],
    ['https://github.com/owner', /path/],
    ['https://github.com/', /path/],
    ['https://github.com/../name', /path/],
    ['https://github.com/owner/..', /path/],
    ['https://github.com/owner/%2e%2e', /path/],
    ['https://github.com/owner//name', /path/],
    ['https://github.com/owner/-name', /path/],
    ['https://github.com/owner/--upload-pack=x', /path/],
    ['https://github.com/owner/na me', /spaces/],
    ['https://github.com/owner/name\n', /control/],
    ['https://github.com/owner/name\0', /control/],
    [`https://github.com/owner/${'x'.repeat(600)}`, /512/],
    ['', /must begin/],
  ] as const) {
    it(`refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
      expect(parseRepositoryUrl(text, cloud)).to.match(reason);
      // What the cloud refuses is not let in by the laptop's exception either, files apart.
      if (!text.startsWith('file:')) expect(parseRepositoryUrl(text, laptop)).to.match(reason);
    });
  }

  it('takes file:// on the laptop only, and only absolute paths', () => {
    expect(parseRepositoryUrl('file:///home/me/x/', laptop)).to.include({
      url: 'file:///home/me/x',
      host: '',
    });
    for (const text of [
      'file://host/share',
      'file:x',
      'file:////x',
      'file:///a?b',
      'file:///a%00b',
      'file:///a%0ab',
    ])
      expect(parseRepositoryUrl(text, laptop), text).to.be.a('string');
  });

  it('reads hosts and the exception from the environment', () => {
    expect(readRepositoryRules(' Git.Example.com ,, x.org', undefined)).to.deep.equal({
      hosts: ['git.example.com', 'x.org'],
      fileUrls: false,
    });
    expect(readRepositoryRules('', 'true').fileUrls).to.equal(true);
    expect(readRepositoryRules('', 'yes').fileUrls).to.equal(false);
  });
});

describe('names of refs', () => {
  for (const ref of [
    'HEAD',
    'main',
    'feature/x-1',
    'v1.2.3',
    'a'.repeat(40),
    'refs/heads/main',
    'fix#12',
    'a@b',
  ])
    it(`takes ${ref}`, () => expect(gitRefProblem(ref)).to.equal(undefined));

  for (const ref of [
    '',
    '-main',
    '--upload-pack=x',
    'a..b',
    '../x',
    'a/../b',
    'a b',
    'a\n',
    'a:b',
    '+main:main',
    'a^',
    'a~1',
    'a@{1}',
    '@',
    'a//b',
    '/a',
    'a/',
    'a.lock',
    'a.lock/b',
    'a/.b',
    'a.',
    'a*',
    'a\\b',
    'a\0',
    'x'.repeat(201),
  ])
    it(`refuses ${JSON.stringify(ref.slice(0, 30))}`, () => expect(gitRefProblem(ref)).to.be.a('string'));
});
