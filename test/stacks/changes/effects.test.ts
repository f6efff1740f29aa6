import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { changed, told } from './fixture.ts';

const group = (name: string) => new aws.lb.TargetGroup(name, { port: 80, protocol: 'HTTP', vpcId: 'vpc-1' });
const service = (targetGroup: aws.lb.TargetGroup, opts?: pulumi.CustomResourceOptions) =>
  new aws.ecs.Service(
    'service',
    {
      cluster: 'cluster',
      taskDefinition: 'app:1',
      loadBalancers: [{ targetGroupArn: targetGroup.arn, containerName: 'app', containerPort: 80 }],
    },
    opts,
  );
const listener = (targetGroup: aws.lb.TargetGroup, opts?: pulumi.CustomResourceOptions) =>
  new aws.lb.Listener(
    'listener',
    {
      loadBalancerArn: 'balancer',
      port: 80,
      defaultActions: [{ type: 'forward', targetGroupArn: targetGroup.arn }],
    },
    opts,
  );

/** A listener, its target group, and the service, which moves from one group to another. */
const moving = (to: string) => {
  const targets = group(to);
  return service(targets, { dependsOn: listener(targets) });
};

/** Who notices that the way of a request changes: see the addresses of AWS's documentation in stacks/changes. */
describe('requests are interrupted', () => {
  it('by a listener that leads to a target group before the service does', async () => {
    const found = await changed(
      () => moving('old'),
      () => moving('new'),
    );
    expect(told(found)).to.include(
      'update listener: requests interrupted: it sends to a target group that is empty until service has moved there, and answers 503',
    );
  });

  it('but not where the service is there already', async () => {
    const both = (now: string) => {
      const groups = { a: group('a'), b: group('b') };
      service(groups.b);
      listener(groups[now as 'a' | 'b']);
    };
    const found = await changed(
      () => both('a'),
      () => both('b'),
    );
    expect(told(found)).to.deep.equal(['update listener']);
  });

  it('nor where a rule takes every request before the listener does', async () => {
    const ruled = (to: string) => {
      const targets = group(to);
      const entry = listener(targets);
      const tasks = service(targets, {
        dependsOn: entry,
        replaceOnChanges: ['loadBalancers[*].targetGroupArn'],
      });
      new aws.lb.ListenerRule(
        'rule',
        {
          listenerArn: entry.arn,
          conditions: [{ pathPattern: { values: ['/*'] } }],
          actions: [{ type: 'forward', targetGroupArn: targets.arn }],
        },
        { dependsOn: tasks },
      );
    };
    const found = await changed(
      () => ruled('old'),
      () => ruled('new'),
    );
    expect(told(found)).to.deep.equal([
      'create new',
      'update listener',
      'replace, new first service',
      'update rule',
      'delete old',
    ]);
  });

  it('by a service that leaves a target group to which a listener still leads', async () => {
    const left = (to: string) => {
      const targets = group(to);
      return listener(targets, { dependsOn: service(targets) });
    };
    const found = await changed(
      () => left('old'),
      () => left('new'),
    );
    expect(told(found)[1]).to.match(
      /^update service: requests interrupted: it leaves targetgroup\/old\S*, where listener may still send requests$/,
    );
  });

  it('by a security group’s rule that is changed in place, and by none beside it', async () => {
    const rule = (port: number, replaceOnChanges: string[]) =>
      new aws.vpc.SecurityGroupIngressRule(
        'rule',
        { securityGroupId: 'sg-1', ipProtocol: 'tcp', fromPort: port, toPort: port, cidrIpv4: '10.0.0.0/8' },
        { replaceOnChanges },
      );
    const inPlace = await changed(
      () => rule(80, []),
      () => rule(81, []),
    );
    expect(told(inPlace)).to.deep.equal([
      'update rule: requests interrupted: connections by fromPort 80, toPort 80 are cut off at once, before what uses them has moved',
    ]);
    const beside = await changed(
      () => rule(80, ['fromPort', 'toPort']),
      () => rule(81, ['fromPort', 'toPort']),
    );
    expect(told(beside)).to.deep.equal(['replace, new first rule']);
  });

  it('by a CDN whose new origin may not be ready, unless it comes after that', async () => {
    const cdn = (domainName: string, balanced: boolean, needed: pulumi.Resource[]) => {
      const rule = () =>
        new aws.vpc.SecurityGroupIngressRule('entry', {
          securityGroupId: 'sg-entry',
          ipProtocol: 'tcp',
          fromPort: 80,
          toPort: 80,
          cidrIpv4: '10.0.0.0/8',
        });
      const made = balanced
        ? [new aws.lb.LoadBalancer('balancer', { securityGroups: ['sg-entry'] }), rule()]
        : needed;
      new aws.cloudfront.Distribution(
        'cdn',
        {
          enabled: true,
          origins: [{ originId: 'service', domainName }],
          defaultCacheBehavior: {} as never,
          restrictions: {} as never,
          viewerCertificate: {},
        },
        { dependsOn: needed.length === 0 ? [] : made },
      );
    };
    const anything = () => [new aws.sqs.Queue('queue')];
    const early = await changed(
      () => cdn('old.example.com', false, []),
      () => cdn('new.example.com', true, []),
    );
    expect(told(early)).to.include(
      'update cdn: requests interrupted: it sends to its new origin, while entry may not be ready there',
    );
    const late = await changed(
      () => cdn('old.example.com', false, []),
      () => cdn('new.example.com', true, anything()),
    );
    expect(told(late)).to.include('update cdn');
  });
});

describe('a change in place is refused by AWS', () => {
  it('of a load balancer to another VPC', async () => {
    const balancer = (cidrBlock: string) => {
      const vpc = new aws.ec2.Vpc('vpc', { cidrBlock });
      const subnet = new aws.ec2.Subnet('subnet', { vpcId: vpc.id, cidrBlock });
      new aws.lb.LoadBalancer('balancer', { subnets: [subnet.id] });
    };
    const { conflicts } = await changed(
      () => balancer('10.0.0.0/16'),
      () => balancer('10.9.0.0/16'),
    );
    expect(conflicts.map(({ why }) => why.split(',')[0])).to.deep.equal([
      'refused by AWS: InvalidConfigurationRequest',
    ]);
  });

  it('of a VPC origin that a distribution uses', async () => {
    const origin = (originProtocolPolicy: string, tags: Record<string, string>) =>
      new aws.cloudfront.VpcOrigin('origin', {
        vpcOriginEndpointConfig: {
          name: 'origin',
          arn: 'balancer',
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy,
          originSslProtocols: { items: ['TLSv1.2'], quantity: 1 },
        },
        tags,
      });
    const refused = await changed(
      () => origin('http-only', {}),
      () => origin('https-only', {}),
    );
    expect(refused.conflicts.map(({ why }) => why.split(',')[0])).to.deep.equal([
      'refused by AWS: CannotUpdateEntityWhileInUse',
    ]);
    const tagged = await changed(
      () => origin('http-only', {}),
      () => origin('http-only', { team: 'web' }),
    );
    expect(tagged.conflicts).to.deep.equal([]);
  });
});
