import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import type { Changes } from '../../../stacks/changes/changes.ts';
import { changed } from './fixture.ts';

/** `identity: why` of each conflict, without the address of AWS's documentation, which must be there. */
function conflicts({ conflicts: found }: Changes): string[] {
  return found.map(({ identity, why }) => {
    expect(why).to.match(/https:\/\/docs\.aws\.amazon\.com\/|refused by protection/);
    return `${identity}: ${why.split('; ')[0]}`;
  });
}

const group = () => new aws.lb.TargetGroup('group', { port: 80, protocol: 'HTTP', vpcId: 'vpc-1' });
const balancer = (internal: boolean) =>
  new aws.lb.LoadBalancer('balancer', { internal, subnets: ['subnet-1'] });
const forward = (name: string, to: aws.lb.LoadBalancer, target: aws.lb.TargetGroup, port = 80) =>
  new aws.lb.Listener(name, {
    loadBalancerArn: to.arn,
    port,
    defaultActions: [{ type: 'forward', targetGroupArn: target.arn }],
  });

describe('a change claims what the living stack still has:', () => {
  it('a listener’s port, of a listener that goes', async () => {
    const change = await changed(
      () => forward('http', balancer(true), group()),
      () => forward('redirect', balancer(true), group()),
    );
    expect(conflicts(change)).to.deep.equal([
      'port 80 of load balancer balancer: http has it and is deleted last',
    ]);
  });

  it('a target group’s balancer, of a balancer that is replaced', async () => {
    const change = await changed(
      () => forward('http', balancer(true), group()),
      () => forward('http', balancer(false), group()),
    );
    expect(conflicts(change)).to.deep.equal([
      'load balancer of target group group: the old http has it until it is deleted last',
    ]);
  });

  it('but no target group’s balancer, where the listener stays', async () => {
    const change = await changed(
      () => forward('http', balancer(true), group()),
      () => {
        const to = balancer(true);
        const target = group();
        forward('http', to, target);
        forward('other', to, target, 8080);
      },
    );
    expect(conflicts(change)).to.deep.equal([]);
  });

  it('a security group’s rule, which another rule becomes before it goes', async () => {
    const rule = (name: string, cidrIpv4: string) =>
      new aws.vpc.SecurityGroupIngressRule(name, {
        securityGroupId: 'sg-1',
        ipProtocol: 'tcp',
        fromPort: 80,
        toPort: 80,
        cidrIpv4,
      });
    const change = await changed(
      () => [rule('from0', '10.0.0.0/8'), rule('from1', '192.168.0.0/16')],
      () => rule('from0', '192.168.0.0/16'),
    );
    expect(conflicts(change)).to.deep.equal([
      'ingress tcp 80-80 192.168.0.0/16 of security group sg-1: from1 has it and is deleted last',
    ]);
  });

  it('a subscription, which goes with the resource from which it was taken over', async () => {
    const subscribe = (...endpoints: string[]) => {
      const topic = new aws.sns.Topic('news');
      // A policy answers with the ARN of its topic as well.
      const { arn } = new aws.sns.TopicPolicy('policy', { arn: topic.arn, policy: '{}' });
      endpoints.map(
        (endpoint, at) =>
          new aws.sns.TopicSubscription(`email${at}`, { topic: arn, protocol: 'email', endpoint }),
      );
    };
    const change = await changed(
      () => subscribe('a@example.com', 'b@example.com'),
      () => subscribe('b@example.com'),
    );
    const [conflict] = change.conflicts;
    expect(conflict?.identity).to.equal('subscription of email b@example.com to topic news');
    expect(conflict?.why).to.contain('loses it when the old one is deleted');
  });

  it('the priority of a rule that is replaced by one of another name', async () => {
    const rule = (name: string) =>
      new aws.lb.ListenerRule(name, { listenerArn: 'listener', priority: 5, actions: [], conditions: [] });
    const change = await changed(
      () => rule('old'),
      () => rule('new'),
    );
    expect(conflicts(change)).to.deep.equal([
      'priority 5 of listener listener: old has it and is deleted last',
    ]);
  });

  it('the address of a NAT gateway that moves to another subnet', async () => {
    const gateway = (subnetId: string) => {
      const { id } = new aws.ec2.Eip('address', {});
      new aws.ec2.NatGateway('gateway', { subnetId, allocationId: id });
    };
    const change = await changed(
      () => gateway('subnet-a'),
      () => gateway('subnet-b'),
    );
    expect(conflicts(change)).to.deep.equal([
      'address address: the old gateway has it until it is deleted last',
    ]);
  });

  it('an alias of a distribution, a record and a private DNS name', async () => {
    const all = (prefix: string) => {
      new aws.cloudfront.Distribution(`${prefix}-cdn`, {
        aliases: ['www.example.com'],
        enabled: true,
        origins: [],
        defaultCacheBehavior: {} as never,
        restrictions: {} as never,
        viewerCertificate: {},
      });
      new aws.route53.Record(`${prefix}-record`, {
        zoneId: 'Z1',
        name: 'www',
        type: 'A',
        records: ['1.2.3.4'],
        ttl: 60,
      });
      new aws.ec2.VpcEndpoint(`${prefix}-endpoint`, {
        vpcId: 'vpc-1',
        serviceName: 'com.amazonaws.us-east-1.ssm',
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
      });
    };
    const change = await changed(
      () => all('old'),
      () => all('new'),
    );
    expect(change.conflicts.map(({ identity }) => identity)).to.have.members([
      'CloudFront alias www.example.com',
      'record A www of zone Z1',
      'private DNS name of com.amazonaws.us-east-1.ssm in vpc-1',
    ]);
  });

  it('a name that the program gives, unless the old one goes first', async () => {
    const topic = (fifoTopic: boolean, deleteBeforeReplace?: boolean) =>
      new aws.sns.Topic('news', { name: 'news', fifoTopic }, { deleteBeforeReplace });
    const first = await changed(
      () => topic(false),
      () => topic(true),
    );
    expect(first.changes.map(({ action }) => action)).to.deep.equal(['replace, old first']);
    expect(first.conflicts).to.deep.equal([]);
    const second = await changed(
      () => topic(false),
      () => topic(true, false),
    );
    expect(second.conflicts.map(({ identity }) => identity)).to.deep.equal(['name news of Topic']);
  });

  it('but nothing that its old holder gives up before, since the new one depends on it', async () => {
    const listener = (port: number) =>
      new aws.lb.Listener('http', { loadBalancerArn: 'balancer', port, defaultActions: [] });
    const other = (dependsOn: pulumi.Resource[]) =>
      new aws.lb.Listener(
        'other',
        { loadBalancerArn: 'balancer', port: 80, defaultActions: [] },
        { dependsOn },
      );
    const ordered = await changed(
      () => listener(80),
      () => other([listener(8080)]),
    );
    expect(ordered.conflicts).to.deep.equal([]);
    const unordered = await changed(
      () => listener(80),
      () => [listener(8080), other([])],
    );
    expect(conflicts(unordered)).to.deep.equal([
      'port 80 of load balancer balancer: http has it and may be changed later',
    ]);
  });

  it('but nothing that a renamed resource has under its alias', async () => {
    const change = await changed(
      () => new aws.lb.Listener('http', { loadBalancerArn: 'balancer', port: 80, defaultActions: [] }),
      () =>
        new aws.lb.Listener(
          'entry',
          { loadBalancerArn: 'balancer', port: 80, defaultActions: [] },
          { aliases: [{ name: 'http' }] },
        ),
    );
    expect(change).to.deep.equal({ changes: [], conflicts: [] });
  });

  it('or two resources of one stack claim the same', async () => {
    const change = await changed(
      () => undefined,
      () =>
        ['one', 'two'].map(
          (name) => new aws.lb.Listener(name, { loadBalancerArn: 'b', port: 80, defaultActions: [] }),
        ),
    );
    expect(conflicts(change)).to.deep.equal([
      'port 80 of load balancer b: both have it in one stack: DuplicateListener: a listener with the port exists already (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html)',
    ]);
  });
});

describe('a change is refused by protection', () => {
  it('of Pulumi, for what is replaced or deleted', async () => {
    const table = (hashKey: string, protect = true) =>
      new aws.dynamodb.Table('table', { hashKey, attributes: [{ name: hashKey, type: 'S' }] }, { protect });
    const replaced = await changed(
      () => table('a'),
      () => table('b'),
    );
    expect(replaced.conflicts.map(({ why }) => why)[0]).to.match(
      /^refused by protection: Pulumi does not replace/,
    );
    const unprotected = await changed(
      () => table('a'),
      () => table('b', false),
    );
    expect(unprotected.conflicts).to.deep.equal([]);
    const deleted = await changed(
      () => table('a'),
      () => undefined,
    );
    expect(deleted.conflicts.map(({ why }) => why)[0]).to.match(
      /^refused by protection: Pulumi does not delete/,
    );
  });

  it('of AWS, where deletion protection is on', async () => {
    const protectedBalancer = (internal: boolean) =>
      new aws.lb.LoadBalancer('balancer', { internal, enableDeletionProtection: true });
    const { conflicts: found } = await changed(
      () => protectedBalancer(true),
      () => protectedBalancer(false),
    );
    expect(found.map(({ why }) => why)[0]).to.match(/^refused by protection: AWS does not delete/);
  });
});
