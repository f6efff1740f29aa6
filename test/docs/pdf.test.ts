import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { pageOf, repositoryUrl } from '../../docs/pdf/page.ts';
import { print } from '../../docs/pdf/print.ts';
import { isPrintedFrom, seal } from '../../docs/pdf/seal.ts';
import { findChromium } from '../../scripts/chromium.ts';
import { root } from './documents.ts';

const source = 'docs/design.md';
const file = join(root, 'docs/design.pdf');

describe('the printed design', () => {
  it('is printed from what docs/design.md, its picture and its style are now (npm run docs)', () => {
    expect(isPrintedFrom(readFileSync(file), pageOf(source, repositoryUrl()).html)).to.equal(true);
  });

  it('is smaller than a megabyte', () => {
    expect(statSync(file).size).to.be.below(1_000_000);
  });

  it('leads to no file of the machine it was printed on', () => {
    expect(readFileSync(file, 'latin1')).not.to.match(/file:\/\/|\/URI \((?!https:)/);
  });

  it('knows another source', () => {
    const pdf = seal(Buffer.from('%PDF-1.4\n/CreationDate (D:20260102030405+00\n%%EOF\n'), 'this');
    expect(isPrintedFrom(pdf, 'this')).to.equal(true);
    expect(isPrintedFrom(pdf, 'that')).to.equal(false);
    expect(pdf.toString()).to.contain('/CreationDate (D:20000101000000+00');
  });

  it('has the picture in it, and leads to the repository where that is known', () => {
    const { html, title } = pageOf(source, 'https://example.com/trellis');
    expect(title).to.equal('Trellis: the design');
    expect(html)
      .to.contain('<svg')
      .and.to.contain('href="https://example.com/trellis/blob/HEAD/docs/deploy.md#');
    expect(html).not.to.match(/href="(?!https:|#)/);
    expect(pageOf(source, undefined).html).not.to.match(/href="(?!https:|#)/);
  });

  it('reads the repository in each of its spellings', () => {
    const expected = 'https://github.com/a/b';
    for (const repository of ['github:a/b', expected, { url: `git+${expected}.git` }])
      expect(repositoryUrl({ repository })).to.equal(expected);
    expect(repositoryUrl({})).to.equal(undefined);
  });

  it('is printed alike twice', async function () {
    this.timeout(60_000);
    if (!findChromium()) this.skip();
    const page = { title: 'A & B', html: '<!doctype html><title>A</title><h1>One</h1><p>Two' };
    const [first, second] = [await print(page), await print(page)];
    expect(isPrintedFrom(first, page.html)).to.equal(true);
    expect(first.equals(second)).to.equal(true);
  });
});
