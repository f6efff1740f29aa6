import { expect } from 'chai';
import { FargateService } from '../../components/index.ts';
import type { Changes } from '../../stacks/changes/changes.ts';
import { changed, foreseen, told } from './changes/fixture.ts';

const certificate = [
  'service.certificateArn=arn:aws:acm:us-east-1:123456789012:certificate/x',
  'service.domainName=api.example.com',
];
const open = ['deletionProtection=false'];
const internal = ['service.exposure=internal-load-balancer'];
const facing = ['service.exposure=public-load-balancer'];
const range = ['network.cidrBlock=10.9.0.0/16'];

/** What of a change decides whether requests are answered all the time, in the order in which it happens. */
function waysOf(changes: Changes): string[] {
  const ways = /^api-(service|rule|http|https|integration)$|^site-cdn$|^(api-lb|api-api|site-vpc-origin)$/;
  return changes.changes.filter(({ name }) => ways.test(name)).map(({ action, name }) => `${action} ${name}`);
}

function interruptions(changes: Changes): string[] {
  return told(changes).filter((line) => /interrupted|refused/.test(line));
}

/**
 * The way by which requests reach the tasks changes, and the former one answers until the new one does: what is new is
 * created first, the CDN moves when it answers, and what was before is deleted last. AWS's side of it:
 * - https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html: a port has one listener,
 *   a target group one load balancer
 * - https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html: ECS takes a target group that a
 *   listener leads to
 * - https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html: a changed rule holds at once
 * - https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateVpcOrigin.html: one that is in use cannot change
 * - https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html: a load balancer stays in its
 *   VPC
 */
describe('callers notice nothing of', function () {
  this.timeout(60_000);

  const moves: [what: string, stack: string, before: string[], after: string[], ways: string[]][] = [
    [
      'a certificate added: port 80 leads to the tasks until the CDN has moved to 443',
      'prod',
      [],
      certificate,
      [
        'replace, new first site-vpc-origin',
        'update api-http',
        'create api-https',
        'replace, new first api-rule',
        'update site-cdn',
      ],
    ],
    [
      'a certificate removed: 443 goes last',
      'prod',
      certificate,
      [],
      [
        'replace, new first site-vpc-origin',
        'update api-http',
        'replace, new first api-rule',
        'update site-cdn',
        'delete api-https',
      ],
    ],
    [
      'an internal load balancer made public: a second one, with a service of its own',
      'prod',
      open,
      [...open, ...facing],
      [
        'replace, new first api-lb',
        'replace, new first api-http',
        'replace, new first api-service',
        'replace, new first api-rule',
        'update site-cdn',
        'delete site-vpc-origin',
      ],
    ],
    [
      'a public load balancer made internal',
      'prod',
      [...open, ...facing],
      open,
      [
        'replace, new first api-lb',
        'create site-vpc-origin',
        'replace, new first api-http',
        'replace, new first api-service',
        'replace, new first api-rule',
        'update site-cdn',
      ],
    ],
    [
      'an HTTP API left for an internal load balancer',
      'dev',
      [],
      internal,
      [
        'create api-lb',
        'create site-vpc-origin',
        'create api-http',
        'replace, new first api-service',
        'create api-rule',
        'update site-cdn',
        'delete api-integration',
        'delete api-api',
      ],
    ],
    [
      'an internal load balancer left for an HTTP API',
      'dev',
      internal,
      [],
      [
        'create api-api',
        'replace, new first api-service',
        'create api-integration',
        'update site-cdn',
        'delete api-rule',
        'delete api-http',
        'delete site-vpc-origin',
        'delete api-lb',
      ],
    ],
    [
      'an HTTP API left for a public load balancer',
      'dev',
      [],
      facing,
      [
        'create api-lb',
        'create api-http',
        'replace, new first api-service',
        'create api-rule',
        'update site-cdn',
        'delete api-integration',
        'delete api-api',
      ],
    ],
    [
      'a public load balancer left for an HTTP API',
      'dev',
      facing,
      [],
      [
        'create api-api',
        'replace, new first api-service',
        'create api-integration',
        'update site-cdn',
        'delete api-rule',
        'delete api-http',
        'delete api-lb',
      ],
    ],
    [
      'another address range behind a load balancer: a second network, with all that is in it',
      'prod',
      open,
      [...open, ...range],
      [
        'replace, new first api-lb',
        'replace, new first site-vpc-origin',
        'replace, new first api-http',
        'replace, new first api-service',
        'replace, new first api-rule',
        'update site-cdn',
      ],
    ],
    [
      'another address range behind an HTTP API',
      'dev',
      [],
      range,
      ['replace, new first api-service', 'update api-integration'],
    ],
  ];
  for (const [what, stack, before, after, ways] of moves) {
    it(what, async () => {
      const found = await foreseen(stack, before, after);
      expect(found.conflicts).to.deep.equal([]);
      expect(interruptions(found)).to.deep.equal([]);
      expect(waysOf(found)).to.deep.equal(ways);
    });
  }

  it('another port: the same target group has the tasks of both, each with its own', async () => {
    const found = await changed(
      () => service({ port: 8080 }),
      () => service({ port: 8081 }),
    );
    expect(found.conflicts).to.deep.equal([]);
    expect(told(found)).to.deep.equal([
      'replace, new first api-entry-to-tasks',
      'replace, new first api-tasks-from-entry',
      'replace, new first api-task-definition',
      'update api-service',
    ]);
  });
});

describe('what cannot go is refused before anything happens:', function () {
  this.timeout(60_000);

  it('another load balancer, while the present one is protected', async () => {
    for (const settings of [facing, range]) {
      const found = await foreseen('prod', [], settings);
      expect(found.conflicts.map(({ identity, why }) => `${identity}: ${why}`)).to.include(
        `api-lb: refused by protection: Pulumi does not replace what is protected; take the protection off in a step of its own`,
      );
    }
  });

  it('and in the same step as its protection goes', async () => {
    const found = await foreseen('prod', [], [...open, ...facing]);
    expect(found.conflicts.map(({ identity }) => identity)).to.include('api-lb');
  });
});

describe('a web ACL’s successor', () => {
  it('comes after it: a load balancer is without for a moment, rather than for good', async () => {
    const found = await changed(
      () => service({ webAclArn: 'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/one/1' }),
      () => service({ webAclArn: 'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/two/2' }),
    );
    expect(found.conflicts).to.deep.equal([]);
    expect(told(found)).to.deep.equal(['replace, old first api-web-acl']);
  });
});

function service({ port, webAclArn }: { port?: number; webAclArn?: string }): FargateService {
  return new FargateService('api', {
    ...(port === undefined ? {} : { port }),
    placement: { vpcId: 'vpc-1', subnetIds: ['subnet-a', 'subnet-b'] },
    image: { uri: 'registry.example/app@sha256:1111' },
    loadBalancer: { subnetIds: ['subnet-a', 'subnet-b'], ...(webAclArn === undefined ? {} : { webAclArn }) },
  });
}
