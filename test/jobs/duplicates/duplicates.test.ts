import { expect } from 'chai';
import { createDuplicateFinder } from '../../../jobs/duplicates/duplicates.ts';

const code = Array.from({ length: 12 }, (_, i) => `  const value${i} = compute(${i}, 'text');`).join('\n');

describe('the duplicates scanner', () => {
  it('finds a copy, and where the original is', async () => {
    const finder = createDuplicateFinder();
    await finder.add('a.ts', `export function a() {\n${code}\n}\n`);
    await finder.add('b.ts', `// another head\n\nfunction b(x: number) {\n${code}\n  return x;\n}\n`);
    await finder.add('c.ts', 'export const nothing = 1;\n');
    const [clone, ...rest] = finder.found();
    expect(rest).to.deep.equal([]);
    expect(clone).to.include({ rule: 'duplicate-code', path: 'b.ts' });
    expect(clone?.message).to.match(/^1\d lines are the same as in a\.ts from line [12]$/);
  });

  it('leaves generated files, data and what is too large alone', async () => {
    const finder = createDuplicateFinder();
    for (const path of ['a.json', 'b.json', 'vendor/a.ts', 'dist/b.js', 'x.min.js'])
      await finder.add(path, code);
    await finder.add('huge.ts', code.repeat(1000));
    expect(finder.found()).to.deep.equal([]);
    expect(finder.counts).to.include({ files: 0, skipped: 1 });
  });
});
