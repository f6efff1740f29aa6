import { expect } from 'chai';
import { leavesTree, nameProblem } from '../../../jobs/fetch/tree.ts';

describe('paths in a tree', () => {
  for (const path of ['a', 'a/b c', '.gitignore', 'a/.github/x', '...', '-x', 'ü'])
    it(`takes ${path}`, () => expect(nameProblem(path)).to.equal(undefined));
  for (const path of [
    '/a',
    'C:/x',
    'a//b',
    'a/../b',
    './a',
    'a/.git/config',
    'a\tb',
    'a\x7f',
    'x'.repeat(5000),
  ])
    it(`refuses ${JSON.stringify(path.slice(0, 20))}`, () => expect(nameProblem(path)).to.be.a('string'));

  it('knows which links lead out', () => {
    for (const [path, target, out] of [
      ['a', 'b', false],
      ['x/a', '../b', false],
      ['x/a', '../../b', true],
      ['a', './../b', true],
      ['x/y/a', '../../z/../b', false],
      ['a', '/b', true],
      ['a', '..', true],
      ['a', 'b\0c', true],
    ] as const)
      expect(leavesTree(path, target), `${path} -> ${target}`).to.equal(out);
  });
});
