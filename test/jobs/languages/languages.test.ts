import { expect } from 'chai';
import { countLines, createLanguageCounter } from '../../../jobs/languages/languages.ts';

describe('the languages scanner', () => {
  it('counts files and lines by name', () => {
    const counter = createLanguageCounter();
    for (const [path, text] of [
      ['a.ts', '1\n2\n'],
      ['b.tsx', '1'],
      ['Dockerfile', 'FROM x\n'],
      ['x/Makefile', 'all:\n'],
      ['what', '?'],
    ] as const)
      counter.add(path, text);
    expect(counter.counts()).to.deep.equal([
      { language: 'typescript', files: 2, lines: 3, bytes: 5 },
      { language: 'docker', files: 1, lines: 1, bytes: 7 },
      { language: 'makefile', files: 1, lines: 1, bytes: 5 },
      { language: 'other', files: 1, lines: 1, bytes: 1 },
    ]);
  });

  it('counts a last line without its newline', () => {
    expect(['', 'a', 'a\n', 'a\nb', '\n\n'].map(countLines)).to.deep.equal([0, 1, 1, 2, 2]);
  });
});
