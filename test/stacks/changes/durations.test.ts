import * as aws from '@pulumi/aws';
import { expect } from 'chai';
import { changed } from './fixture.ts';

function service(taskDefinition: string) {
  const { arn } = new aws.lb.TargetGroup('group', {
    deregistrationDelay: 30,
    healthCheck: { interval: 10, healthyThreshold: 2 },
  });
  const loadBalancers = [{ targetGroupArn: arn, containerName: 'app', containerPort: 80 }];
  new aws.ecs.Service('service', { taskDefinition, loadBalancers });
}

function record(value: string) {
  new aws.route53.Record('name', { zoneId: 'Z1', name: 'www', type: 'A', records: [value], ttl: 300 });
}

/** Seconds and minutes that are told, in their order. */
async function told(before: () => void, after: () => void): Promise<(string | undefined)[]> {
  const { changes } = await changed(before, after);
  return changes.map(({ duration }) => duration?.replace(/ ?\(https:[^)]*\)/g, ''));
}

describe('how long a change takes', () => {
  it('of a service comes from the checks and the delay of its target group', async () => {
    expect(
      await told(
        () => service('one'),
        () => service('two'),
      ),
    ).to.deep.equal([
      'a new task gets requests after 2 good checks, one every 10 s, so 10 to 20 s after it answers; ' +
        'an old one finishes its own for 30 s at most',
    ]);
  });

  it('of a name is what resolvers keep it for', async () => {
    const [duration] = await told(
      () => record('192.0.2.1'),
      () => record('192.0.2.2'),
    );
    expect(duration).to.match(/^resolvers keep the old answer for 300 s/);
  });

  it('of a security group’s rule is nothing, and of what nobody documents is not told', async () => {
    const all = (description: string) => () => {
      new aws.vpc.SecurityGroupIngressRule('rule', {
        securityGroupId: 'sg-1',
        ipProtocol: 'tcp',
        description,
      });
      new aws.sqs.Queue('queue', { visibilityTimeoutSeconds: description.length });
    };
    const durations = await told(all('one'), all('other'));
    expect(durations).to.have.members(['at once', undefined]);
  });
});
