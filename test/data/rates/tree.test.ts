import { expect } from 'chai';
import { createTree } from '../../../data/rates/tree.ts';

describe('the tree of locations', () => {
  it('a port lies in its region and those above; in none while nobody names it', () => {
    const location = (id: string, parent?: string) => ({ id, name: id, parent });
    const tree = createTree(
      't',
      [location('china', 'asia'), location('asia')],
      [location('CNGGZ', 'china'), location('EETLL', 'baltic')],
    );
    expect(tree.regionsOf('CNGGZ')).to.deep.equal(['china', 'asia']);
    expect(tree.regionsOf('EETLL')).to.deep.equal([]);
    expect([tree.isPort('EETLL'), tree.isRegion('baltic'), tree.isPort('asia')]).to.deep.equal([
      true,
      false,
      false,
    ]);
  });
});
