import { expect } from 'chai';
import { bucketActions } from '../../../components/private-bucket/index.ts';
import { readTypes, type Types } from '../../../scripts/compat/types.ts';

describe('the types that the package exports', () => {
  let types: Types;
  before(() => {
    types = readTypes();
  });

  it('are told by their members, where they are made of a list too', () => {
    expect(types['./private-bucket']?.BucketAction).to.deep.equal(
      bucketActions.map((action) => `"${action}"`).sort(),
    );
    expect(types['./contract/cron']?.Schedule).to.deep.equal(['Cron', 'Rate']);
  });

  it('are those of the module, and of the package as a whole', () => {
    expect(Object.keys(types['./queue'] ?? {})).to.deep.equal([
      'QueueArgs',
      'QueueReference',
      'QueueReferenceArgs',
      'QueueServiceArgs',
    ]);
    expect(types['.']).to.include.keys(...Object.keys(types['./queue'] ?? {}));
  });
});
