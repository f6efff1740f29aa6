import { expect } from 'chai';
import {
  contentSecurityPolicy,
  uploadedContentSecurityPolicy,
  uploadOrigins,
} from '../../contract/content-security-policy.ts';

function directives(policy: string): Record<string, string[]> {
  const entries = policy.split('; ').map((directive) => directive.split(' '));
  return Object.fromEntries(entries.map(([name = '', ...sources]) => [name, sources]));
}

describe('the content security policy', () => {
  it('lets pages have what is the site’s own, and nothing else', () => {
    const self = ["'self'"];
    const none = ["'none'"];
    expect(directives(contentSecurityPolicy())).to.deep.equal({
      'default-src': none,
      'script-src': self,
      'style-src': self,
      'img-src': [...self, 'data:'],
      'font-src': self,
      'media-src': self,
      'connect-src': self,
      'manifest-src': self,
      'base-uri': none,
      'form-action': self,
      'frame-ancestors': none,
    });
  });

  it('lets pages send uploads to further origins, and load nothing from there', () => {
    const uploads = ['https://a.s3.eu-west-1.amazonaws.com', 'https://b.s3.eu-west-1.amazonaws.com'];
    const { 'connect-src': connect, ...others } = directives(contentSecurityPolicy(uploads));
    expect(connect).to.deep.equal(["'self'", ...uploads]);
    const { 'connect-src': _, ...without } = directives(contentSecurityPolicy());
    expect(others).to.deep.equal(without);
  });

  it('knows a bucket by its name, and by its dual-stack one', () => {
    expect(uploadOrigins('a.s3.eu-west-1.amazonaws.com')).to.deep.equal([
      'https://a.s3.eu-west-1.amazonaws.com',
      'https://a.s3.dualstack.eu-west-1.amazonaws.com',
    ]);
  });

  it('lets nothing run that users uploaded', () => {
    expect(directives(uploadedContentSecurityPolicy)).to.deep.equal({
      'default-src': ["'none'"],
      'media-src': ["'self'"],
      sandbox: [],
    });
  });
});
