import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { livingOfExport } from '../../../stacks/changes/living.ts';
import { vpcChildren } from '../../../stacks/plan/awsx-vpc.ts';
import { zonesOf } from '../../../stacks/plan/simulate.ts';

type Inputs = Record<string, unknown>;

/** What an early release of this program asked of awsx. */
const asked = {
  dev: { numberOfAvailabilityZones: 2, kinds: ['Unused', 'Unused', 'Public'] },
  prod: { numberOfAvailabilityZones: 3, kinds: ['Unused', 'Isolated', 'Public'] },
};

/** Without ids, and without the tags that the program's transform adds. */
function told({ type, name, inputs }: { type: string; name: string; inputs: Inputs }): string {
  const { tags, ...given } = inputs as Inputs & { tags?: Inputs };
  const known = Object.entries(given).filter(([key]) => !key.endsWith('Id') && key !== 'mapPublicIpOnLaunch');
  const { Name, SubnetType } = tags ?? {};
  return JSON.stringify([type, name, Object.fromEntries(known.sort()), Name, SubnetType]);
}

describe('what is inside of a VPC of awsx', () => {
  for (const stack of ['dev', 'prod'] as const) {
    it(`is what it made in a stack that lives: ${stack}`, () => {
      const file = new URL(`../changes/export-${stack}.json.gz`, import.meta.url);
      const living = livingOfExport(gunzipSync(readFileSync(file)).toString());
      const made = [...living.values()]
        .map(({ resource }) => resource)
        .filter(({ urn }) => urn.includes('$awsx:ec2:Vpc$'));
      const { kinds, ...zones } = asked[stack];
      const declared = vpcChildren(
        'network-vpc',
        {
          ...zones,
          cidrBlock: '10.0.0.0/16',
          availabilityZoneCidrMask: 18,
          subnetSpecs: kinds.map((type) => ({ type, cidrMask: 20 })),
          natGateways: { strategy: 'None' },
          enableDnsHostnames: true,
          enableDnsSupport: true,
        },
        zonesOf('us-east-1'),
      );
      expect(declared.map(told).sort()).to.deep.equal(made.map(told).sort());
      expect(made.length).to.be.greaterThan(9);
    });
  }
});
