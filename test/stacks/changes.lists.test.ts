import { expect } from 'chai';
import { AlarmTopic, FargateService } from '../../components/index.ts';
import type { Changes } from '../../stacks/changes/changes.ts';
import { changed, foreseen, told } from './changes/fixture.ts';

const cidrs = (...list: string[]) => [`service.allowedCidrs=${JSON.stringify(list)}`];
const topic = (...emails: string[]) => new AlarmTopic('alarms', { emails });
const service = (...allowedCidrs: string[]) =>
  new FargateService('api', {
    placement: { vpcId: 'vpc-1', subnetIds: ['subnet-a', 'subnet-b'] },
    image: { uri: 'registry.example/app@sha256:1111' },
    loadBalancer: { subnetIds: ['subnet-a', 'subnet-b'], allowedCidrs },
  });
const [a, b] = ['10.0.0.0/8', '192.168.0.0/16'];
const [ann, bob] = ['ann@example.com', 'bob@example.com'];

/** As the release named them that went by the place in the list. */
const byPlace = {
  'api-from-10.0.0.0-8-80': 'api-from-cidr0-80',
  'api-from-192.168.0.0-16-80': 'api-from-cidr1-80',
  'alarms-email-ann@example.com': 'alarms-email0',
  'alarms-email-bob@example.com': 'alarms-email1',
};

/** That release had no component for the load balancer: its rules were children of the service. */
const changedByPlace = (before: () => unknown, after: () => unknown) =>
  changed(before, after, byPlace, ['trellis:index:LoadBalancer']);

function identities({ conflicts }: Changes): string[] {
  return conflicts.map(({ identity }) => identity);
}

/**
 * A change of a list is a change of what it holds, and of nothing else. AWS's side of it:
 * - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html: a rule is there once
 * - https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html: who subscribes again gets the ARN that is there
 */
describe('a change of a list:', function () {
  this.timeout(60_000);

  const lists: [what: string, before: string[], after: string[], changes: string[]][] = [
    ['the first of two ranges removed', cidrs(a, b), cidrs(b), ['delete api-from-10.0.0.0-8-80']],
    ['a range put before another', cidrs(b), cidrs(a, b), ['create api-from-10.0.0.0-8-80']],
    ['two ranges in another order', cidrs(a, b), cidrs(b, a), []],
  ];
  for (const [what, before, after, changes] of lists) {
    it(`${what}: those who may connect otherwise notice nothing`, async () => {
      const found = await foreseen('prod', before, after);
      expect(found.conflicts).to.deep.equal([]);
      expect(told(found)).to.deep.equal(changes);
    });
  }

  const addresses: [what: string, before: string[], after: string[], changes: string[]][] = [
    ['the first of two addresses removed', [ann, bob], [bob], ['delete alarms-email-ann@example.com']],
    ['an address put before another', [bob], [ann, bob], ['create alarms-email-ann@example.com']],
    ['two addresses in another order', [ann, bob], [bob, ann], []],
  ];
  for (const [what, before, after, changes] of addresses) {
    it(`${what}: the others stay subscribed`, async () => {
      const found = await changed(
        () => topic(...before),
        () => topic(...after),
      );
      expect(found.conflicts).to.deep.equal([]);
      expect(told(found)).to.deep.equal(changes);
    });
  }

  it('one address in the place of another subscribes the new one, then unsubscribes the old', async () => {
    const found = await foreseen('prod', [`alarms.email=${ann}`], [`alarms.email=${bob}`]);
    expect(found.conflicts).to.deep.equal([]);
    expect(told(found)).to.deep.equal([
      'create alarms-email-bob@example.com',
      'delete alarms-email-ann@example.com',
    ]);
  });

  it('made by place and left as it is, comes to names by value without a change', async () => {
    const all = () => [service(a, b), topic(ann, bob)];
    expect(await changedByPlace(all, all)).to.deep.equal({ changes: [], conflicts: [] });
  });

  it('made by place and lengthened at its end in the same deployment, goes', async () => {
    const found = await changedByPlace(
      () => [service(a), topic(ann)],
      () => [service(a, b), topic(ann, bob)],
    );
    expect(found.conflicts).to.deep.equal([]);
    expect(told(found)).to.have.members([
      'create api-from-192.168.0.0-16-80',
      'create alarms-email-bob@example.com',
    ]);
  });

  it('made by place and shortened in the same deployment, is refused: which place held what, only a state knows', async () => {
    const found = await changedByPlace(
      () => [service(a, b), topic(ann, bob)],
      () => [service(b), topic(bob)],
    );
    expect(identities(found)).to.have.members([
      'ingress tcp 80-80 192.168.0.0/16 of security group api-entry',
      'subscription of email bob@example.com to topic alarms-topic',
    ]);
    expect(found.conflicts.map(({ why }) => /\. The way: (.*)$/.exec(why)?.[1])).to.have.members([
      'the release that lives calls it api-from-cidr0-80, so deploy this one with the settings as they are first, then change them',
      'the release that lives calls it alarms-email0, so deploy this one with the settings as they are first, then change them',
    ]);
  });

  it('and in the deployment after it goes, as every change of a list does', async () => {
    const all = (...lists: [string[], string[]]) => [service(...lists[0]), topic(...lists[1])];
    const upgraded = await changed(
      () => all([a, b], [ann, bob]),
      () => all([b], [bob]),
    );
    expect(upgraded.conflicts).to.deep.equal([]);
  });
});
