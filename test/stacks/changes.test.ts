import { expect } from 'chai';
import { FargateService } from '../../components/index.ts';
import type { Changes } from '../../stacks/changes/changes.ts';
import { changed, foreseen, told } from './changes/fixture.ts';

const certificate = [
  'service.certificateArn=arn:aws:acm:us-east-1:123456789012:certificate/x',
  'service.domainName=api.example.com',
];
const balancer = ['service.exposure=internal-load-balancer'];
const canary = [...balancer, 'release.strategy=canary'];

function identities({ conflicts }: Changes): string[] {
  return conflicts.map(({ identity, resources }) => `${identity}: ${resources.join(', ')}`);
}

/** Names of what callers notice. */
function noticed(changes: Changes): string[] {
  return told(changes).filter((line) => line.includes(': '));
}

/**
 * What Pulumi's engine and AWS's rules did with these changes of a living stack. Read by hand against
 * - https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html (DuplicateListener,
 *   TargetGroupAssociationLimit), API_SetSubnets.html
 * - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html
 * - https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
 * - https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 * - https://www.pulumi.com/docs/iac/concepts/options/deletebeforereplace/
 */
describe('a change that the real engine could not do is foreseen:', function () {
  this.timeout(60_000);

  it('a certificate set: two listeners of port 80', async () => {
    const changes = await foreseen('prod', [], certificate);
    expect(identities(changes)).to.deep.equal(['port 80 of load balancer api-lb: api-redirect, api-http']);
    expect(noticed(changes)).to.deep.equal([
      'create api-redirect: refused by AWS: port 80 of load balancer api-lb',
      'update site-to-load-balancer: requests interrupted: connections by fromPort 80, toPort 80 are cut off at once, before what uses them has moved',
      'update site-cdn: requests interrupted: it sends to its new origin, while api-redirect, api-https, api-rule, site-to-load-balancer may not be ready there',
    ]);
  });

  it('and taken off again', async () => {
    const changes = await foreseen('prod', certificate, []);
    expect(identities(changes)).to.deep.equal(['port 80 of load balancer api-lb: api-http, api-redirect']);
  });

  it('an internal balancer made public: one target group, two balancers, one of them protected', async () => {
    const changes = await foreseen('prod', [], ['service.exposure=public-load-balancer']);
    expect(identities(changes)).to.deep.equal([
      'load balancer of target group api-tg: api-rule',
      'api-lb: api-lb',
    ]);
    expect(noticed(changes)).to.deep.equal([
      'replace, new first api-lb: refused by protection: AWS does not delete the old one while its deletion protection is on; take it off in a step of its own',
      'replace, new first api-rule: refused by AWS: load balancer of target group api-tg',
      'update site-cdn: requests interrupted: it sends to its new origin, while api-from-0.0.0.0-0-80, api-http, api-rule, api-service may not be ready there',
    ]);
  });

  it('a service’s port changed: requests go to an empty target group, and old tasks are cut off', async () => {
    const service = (port: number) =>
      new FargateService('api', {
        port,
        placement: { vpcId: 'vpc-1', subnetIds: ['subnet-a', 'subnet-b'] },
        image: { uri: 'registry.example/app@sha256:1111' },
        loadBalancer: { subnetIds: ['subnet-a', 'subnet-b'] },
      });
    const changes = await changed(
      () => service(8080),
      () => service(8081),
    );
    expect(changes.conflicts).to.deep.equal([]);
    expect(noticed(changes)).to.deep.equal([
      'update api-entry-to-tasks: requests interrupted: connections by fromPort 8080, toPort 8080 are cut off at once, before what uses them has moved',
      'update api-tasks-from-entry: requests interrupted: connections by fromPort 8080, toPort 8080 are cut off at once, before what uses them has moved',
      'update api-rule: requests interrupted: it sends to a target group that is empty until api-service has moved there, and answers 503',
    ]);
  });

  it('another address range: the balancer is asked to move into another VPC', async () => {
    const changes = await foreseen('prod', [], ['network.cidrBlock=10.9.0.0/16']);
    expect(identities(changes)).to.deep.equal(['api-lb: api-lb']);
    expect(changes.conflicts[0]?.why).to.match(/^refused by AWS: InvalidConfigurationRequest/);
    expect(changes.changes.filter(({ action }) => action.startsWith('replace')).length).to.be.within(45, 55);
  });

  it('HTTP API to balancer: the service leaves while the CDN still sends to the API', async () => {
    const changes = await foreseen('dev', [], balancer);
    expect(changes.conflicts).to.deep.equal([]);
    const service = changes.changes.find(({ name }) => name === 'api-service');
    expect(service?.effect).to.match(
      /^requests interrupted: it leaves service\/api-discovery-\w+, where site-cdn may still send requests$/,
    );
  });
});

describe('a change that went is foreseen without a conflict:', function () {
  this.timeout(60_000);

  const went: [what: string, stack: string, before: string[], after: string[], noticed: RegExp[]][] = [
    ['task size', 'prod', [], ['service.cpu=1024', 'service.memory=2048'], []],
    ['ingest settings', 'prod', [], ['ingest.maxVcpus=32', 'ingest.attempts=9', 'ingest.expireDays=40'], []],
    ['how long logs are kept', 'prod', [], ['logs.retentionDays=14'], []],
    ['no web ACL', 'prod', [], ['site.webAcl=false'], [/^delete site-acl: data lost: its log$/]],
    ['public → nat', 'dev', [], ['network.egress=nat'], []],
    ['rolling → canary', 'dev', balancer, canary, []],
    ['canary → rolling', 'dev', canary, balancer, []],
  ];
  for (const [what, stack, before, after, effects] of went) {
    it(what, async () => {
      const changes = await foreseen(stack, before, after);
      expect(changes.conflicts).to.deep.equal([]);
      expect(changes.changes).not.to.deep.equal([]);
      const lines = noticed(changes);
      expect(lines).to.have.length(effects.length);
      for (const [at, effect] of effects.entries()) expect(lines[at]).to.match(effect);
    });
  }

  it('and nothing, where nothing changes', async () => {
    for (const stack of ['dev', 'prod']) {
      expect(await foreseen(stack, [], [])).to.deep.equal({ changes: [], conflicts: [] });
    }
  });
});
