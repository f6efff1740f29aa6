import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { signatureKey, signatures, unknownValue } from '../../../stacks/evaluate/marks.ts';

describe('Pulumi’s marks', () => {
  it('are those of its SDK', () => {
    const { runtime } = pulumi;
    expect(unknownValue).to.equal(runtime.unknownValue);
    expect(signatureKey).to.equal(runtime.specialSigKey);
    expect(signatures).to.deep.equal({
      secret: runtime.specialSecretSig,
      resource: runtime.specialResourceSig,
      asset: runtime.specialAssetSig,
      archive: runtime.specialArchiveSig,
    });
  });
});
