import * as awsx from '@pulumi/awsx';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { Network, type NetworkArgs } from '../../../components/network/index.ts';
import { changed, told } from '../../stacks/changes/fixture.ts';

const zones = (letters: string) => [...letters].map((letter) => `us-east-1${letter}`);
const network = (args: NetworkArgs) => () => new Network('net', args);

/** `create public a` */
async function subnetsOf(before: NetworkArgs, after: NetworkArgs) {
  const found = await changed(network(before), network(after));
  expect(found.conflicts).to.deep.equal([]);
  const subnets = found.changes.filter(({ type }) => type === 'aws:ec2/subnet:Subnet');
  return subnets.map(({ action, name }) => `${action} ${/vpc-(.*)$/.exec(name)?.[1]}`).sort();
}

/** As earlier releases made it, by awsx, which numbers the zones by their place in the list. */
class FormerNetwork extends pulumi.ComponentResource {
  constructor(availabilityZoneNames: string[], strategy: 'Single' | 'OnePerAz') {
    super('trellis:index:Network', 'net');
    const args: awsx.ec2.VpcArgs = {
      cidrBlock: '10.0.0.0/16',
      availabilityZoneNames,
      availabilityZoneCidrMask: 18,
      subnetStrategy: 'Auto',
      subnetSpecs: [
        { type: 'Private', cidrMask: 20 },
        { type: 'Unused', name: 'no-isolated', cidrMask: 20 },
        { type: 'Public', cidrMask: 20 },
      ],
      natGateways: { strategy },
      enableDnsHostnames: true,
      enableDnsSupport: true,
    };
    new awsx.ec2.Vpc('net-vpc', args, { parent: this });
  }
}

/**
 * Subnets do not overlap (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html), and a new one is
 * created before an old one is deleted.
 */
describe('the zones of a network that lives', () => {
  it('come and go without a conflict, and what stays keeps its subnets', async () => {
    const lists = ['ab', 'ba', 'bc', 'cdef'];
    for (const before of lists) {
      for (const after of lists.filter((list) => list !== before)) {
        const moved = { zoneNames: zones(before), egress: 'public' };
        const expected = [
          ...[...after]
            .filter((zone) => !before.includes(zone))
            .map((zone) => `create public-us-east-1${zone}`),
          ...[...before]
            .filter((zone) => !after.includes(zone))
            .map((zone) => `delete public-us-east-1${zone}`),
        ];
        expect(
          await subnetsOf(moved, { ...moved, zoneNames: zones(after) }),
          `${before} → ${after}`,
        ).to.deep.equal(expected.sort());
      }
    }
  });

  it('take their NAT gateways and public addresses with them', async () => {
    const found = await changed(
      network({ zoneNames: zones('ab'), egress: 'nat' }),
      network({ zoneNames: zones('bc'), egress: 'nat' }),
    );
    expect(found.conflicts).to.deep.equal([]);
    expect(told(found).filter((line) => /net-vpc-us-east/.test(line))).to.deep.equal([
      'create net-vpc-us-east-1b',
      'create net-vpc-us-east-1b',
      'delete net-vpc-us-east-1a',
      'delete net-vpc-us-east-1a',
    ]);
  });

  it('of an earlier release keep all that they have, whichever zones they are', async () => {
    for (const [egress, strategy] of [
      ['nat', 'Single'],
      ['nat-per-zone', 'OnePerAz'],
    ] as const) {
      const zoneNames = zones('bc');
      const found = await changed(
        () => new FormerNetwork(zoneNames, strategy),
        network({ zoneNames, egress }),
      );
      expect(found.conflicts).to.deep.equal([]);
      const made = found.changes.filter(
        ({ action, urn }) => action !== 'update' && urn.includes('ec2/vpc:Vpc'),
      );
      expect(made).to.deep.equal([]);
      const addresses = found.changes.flatMap(({ because }) =>
        because.filter((why) => why.includes('cidrBlock')),
      );
      expect(addresses).to.deep.equal([]);
    }
  });

  it('get other subnets with another range, whose addresses follow', async () => {
    const args = { zoneNames: zones('ab'), egress: 'nat-per-zone' };
    const found = await changed(network(args), network({ ...args, cidrBlock: '10.9.0.0/16' }));
    expect(found.conflicts).to.deep.equal([]);
    const addresses = found.changes.filter(({ type }) => type === 'aws:ec2/natGateway:NatGateway');
    expect(addresses.map(({ action, name }) => `${action} ${name}`).sort()).to.deep.equal([
      'create net-vpc-us-east-1a-10.9.0.0',
      'create net-vpc-us-east-1b-10.9.0.0',
      'delete net-vpc-us-east-1a',
      'delete net-vpc-us-east-1b',
    ]);
  });
});
