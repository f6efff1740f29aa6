import { expect } from 'chai';
import type { FargateServiceArgs } from '../../../components/fargate-service/index.ts';
import { ofType, only, type PlannedResource } from '../mocks.ts';
import { behindBalancer, egress, openings, placement, refusal, resourcesOf, worker } from './fixture.ts';

const digest = `sha256:${'1'.repeat(64)}`;
const inEcr = { uri: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/app@${digest}` };
const withoutIpv4 = { ...placement, ipAddressType: 'ipv6' };
const ipv6: FargateServiceArgs = { ...behindBalancer, placement: withoutIpv4, image: inEcr };

function container(resources: PlannedResource[]) {
  const { inputs } = only(resources, 'aws:ecs/taskDefinition:TaskDefinition');
  return JSON.parse(String(inputs.containerDefinitions))[0];
}

describe('FargateService without IPv4', () => {
  let resources: PlannedResource[];
  before(async () => {
    resources = await resourcesOf(ipv6);
  });

  it('stands behind a dual-stack load balancer, in a target group of IPv6 addresses', () => {
    expect(only(resources, 'aws:lb/loadBalancer:LoadBalancer', 'api-l6').inputs).to.include({
      ipAddressType: 'dualstack',
      internal: true,
    });
    expect(only(resources, 'aws:lb/targetGroup:TargetGroup', 'api-r6').inputs).to.include({
      ipAddressType: 'ipv6',
      targetType: 'ip',
    });
    expect(openings(resources)).to.deep.equal(['api-tasks 8080 api-entry']);
  });

  it('connects by TCP 443 to IPv6 addresses alone, by a rule of another name than that of IPv4', () => {
    const rules = ofType(resources, egress).filter(({ name }) => name.startsWith('api-to-'));
    expect(rules.map(({ name }) => name)).to.deep.equal(['api-to-https-ipv6']);
    expect(rules[0]?.inputs).to.include({ cidrIpv6: '::/0', fromPort: 443, toPort: 443 });
    expect(rules[0]?.inputs).to.not.have.property('cidrIpv4');
  });

  it('calls dual-stack endpoints and pulls from the dual-stack registry', () => {
    const { image, environment } = container(resources);
    expect(image).to.equal(`123456789012.dkr-ecr.eu-west-1.on.aws/app@${digest}`);
    expect(environment).to.deep.equal([{ name: 'AWS_USE_DUALSTACK_ENDPOINT', value: 'true' }]);
  });

  it('leaves images of other registries, and everything of IPv4, as they are', async () => {
    expect(container(await resourcesOf({ ...worker, placement: withoutIpv4 })).image).to.equal(
      worker.image.uri,
    );
    const { image, environment } = container(await resourcesOf({ ...worker, image: inEcr }));
    expect(image).to.equal(inEcr.uri);
    expect(environment).to.deep.equal([]);
  });

  it('has groups and rules of other names where releases shift requests, since ECS owns what a rule leads to', async () => {
    const shifted = await resourcesOf({ ...ipv6, deployment: { strategy: 'canary' } });
    const named = (type: string) => ofType(shifted, type).map(({ name }) => name);
    expect(named('aws:lb/targetGroup:TargetGroup')).to.deep.equal(['api-a6', 'api-b6']);
    expect(named('aws:lb/listenerRule:ListenerRule')).to.deep.equal(['api-production-ipv6-rule']);
  });

  const refused: [string, Partial<FargateServiceArgs>, string][] = [
    [
      'a VPC link',
      { loadBalancer: undefined, apiGateway: {} },
      'a VPC link to tasks, as apiGateway needs it, is not documented by AWS for placement.ipAddressType ipv6',
    ],
    ['Exec', { enableExec: true }, 'enableExec is not documented by AWS for placement.ipAddressType ipv6'],
    [
      'a public address',
      { placement: { ...withoutIpv4, assignPublicIp: true } },
      'placement: a subnet for ipAddressType ipv6 has no public address for assignPublicIp',
    ],
    [
      'another kind of address',
      { placement: { ...placement, ipAddressType: 'dualstack' } },
      'placement.ipAddressType must be one of ipv4, ipv6, not "dualstack"',
    ],
  ];
  for (const [what, args, problem] of refused) {
    it(`refuses ${what}`, async () =>
      expect(await refusal({ ...ipv6, ...args })).to.equal(`FargateService "api": ${problem}`));
  }
});
