import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { documents, parse, readDocument, root } from './docs/documents.ts';

/** @returns the links of a document that lead nowhere within the project */
function broken(path: string, text?: string): string[] {
  const { links, anchors } = text === undefined ? readDocument(path) : parse(text);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = join(dirname(path), file);
      if (file !== '' && !existsSync(join(root, target))) return true;
      if (anchor === undefined) return false;
      return !(file === '' ? anchors : readDocument(target).anchors).has(anchor);
    });
}

describe('the documents', () => {
  for (const path of documents) {
    it(`${path} has no link that leads nowhere`, () => {
      expect(broken(path)).to.deep.equal([]);
    });
  }

  it('are found wanting when a file or an anchor is missing', () => {
    const text =
      '# One `two`\n## One\n## One\n[a](gone.md) [b](#one-two) [c](#one-1) [d](#one-3) [e](deploy.md#nowhere)';
    expect(broken('docs/any.md', text)).to.deep.equal(['gone.md', '#one-3', 'deploy.md#nowhere']);
  });

  it('tell of the design and of troubleshooting in the README', () => {
    expect(readDocument('README.md').links).to.include.members([
      'docs/design.md',
      'docs/design.pdf',
      'docs/troubleshooting.md',
    ]);
  });
});
