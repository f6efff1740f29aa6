import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { changed, told } from './fixture.ts';

class Thing extends pulumi.CustomResource {
  declare readonly url: pulumi.Output<string>;

  constructor(name: string, args: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super('other:index:Thing', name, { url: undefined, ...args }, opts);
  }
}

describe('the engine', () => {
  it('replaces what refers to a replaced resource by an input that replaces', async () => {
    const network = (cidrBlock: string) => {
      const vpc = new aws.ec2.Vpc('vpc', { cidrBlock });
      const group = new aws.ec2.SecurityGroup('group', { vpcId: vpc.id });
      new aws.lb.LoadBalancer('balancer', { securityGroups: [group.id] });
    };
    const { changes } = await changed(
      () => network('10.0.0.0/16'),
      () => network('10.9.0.0/16'),
    );
    expect(changes.map(({ action, name }) => `${action} ${name}`)).to.deep.equal([
      'replace, new first vpc',
      'replace, new first group',
      'update balancer',
    ]);
    expect(changes[1]?.because).to.deep.equal([
      'vpcId: vpc-vpc → vpc-vpc-replaced, since vpc is replaced (replaces)',
    ]);
  });

  it('keeps the inputs that ignoreChanges names, also in what is replaced', async () => {
    const subnet = (vpcId: string, cidrBlock: string) => {
      new aws.ec2.Subnet('zone', { vpcId, cidrBlock }, { ignoreChanges: ['cidrBlock'] });
      new aws.ec2.Subnet('other', { vpcId: 'vpc-2', cidrBlock: '10.0.0.0/20' });
    };
    const { changes, conflicts } = await changed(
      () => subnet('vpc-1', '10.0.0.0/20'),
      () => subnet('vpc-2', '10.0.16.0/20'),
    );
    expect(changes.map(({ name, because }) => [name, because])).to.deep.equal([
      ['zone', ['vpcId: vpc-1 → vpc-2 (replaces)']],
    ]);
    expect(conflicts.map(({ resources }) => resources)).to.deep.equal([['zone', 'other']]);
  });

  it('deletes first what the program names, and with it what would be replaced by it', async () => {
    const topic = (fifoTopic: boolean) => {
      const { arn } = new aws.sns.Topic('news', { name: 'news', fifoTopic });
      new aws.sns.TopicSubscription('mail', { topic: arn, protocol: 'email', endpoint: 'a@example.com' });
    };
    const { changes } = await changed(
      () => topic(false),
      () => topic(true),
    );
    expect(changes.map(({ action, name }) => `${action} ${name}`)).to.deep.equal([
      'replace, old first news',
      'replace, old first mail',
    ]);
    expect(changes[1]?.because).to.deep.equal(['goes with news, which is deleted first']);
  });

  it('finds what was renamed or moved by its aliases', async () => {
    class Group extends pulumi.ComponentResource {
      constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super('test:index:Group', name, {}, opts);
        new aws.sqs.Queue(`${name}-queue`, {}, { parent: this });
      }
    }
    const result = await changed(
      () => new Group('old'),
      () => new Group('new', { aliases: [{ name: 'old' }] }),
    );
    expect(result.changes).to.deep.equal([]);
    const { changes } = await changed(
      () => new Group('old'),
      () => new Group('new'),
    );
    expect(changes.map(({ action, name }) => `${action} ${name}`)).to.deep.equal([
      'create new-queue',
      'delete old-queue',
    ]);
  });

  it('leaves alone what the program ignores', async () => {
    const queue = (delaySeconds: number) =>
      new aws.sqs.Queue('queue', { delaySeconds }, { ignoreChanges: ['delaySeconds'] });
    const { changes } = await changed(
      () => queue(1),
      () => queue(2),
    );
    expect(changes).to.deep.equal([]);
  });

  it('deletes last, dependents first', async () => {
    const { changes } = await changed(
      () => {
        const topic = new aws.sns.Topic('topic');
        new aws.sns.TopicPolicy('policy', { arn: topic.arn, policy: '{}' });
      },
      () => new aws.sqs.Queue('queue'),
    );
    expect(changes.map(({ action, name }) => `${action} ${name}`)).to.deep.equal([
      'create queue',
      'delete policy',
      'delete topic',
    ]);
  });

  it('says of a type whose facts it does not know that it may be replaced, and what refers to it as well', async () => {
    const things = (size: number) => {
      const { url } = new Thing('one', { size });
      new Thing('two', { of: url });
    };
    const { changes } = await changed(
      () => things(1),
      () => things(2),
    );
    expect(changes).to.deep.equal([
      {
        urn: 'urn:pulumi:test::trellis::other:index:Thing::one',
        type: 'other:index:Thing',
        name: 'one',
        action: 'may replace',
        because: ['size: 1 → 2', 'may replace, what replaces other:index:Thing is not known'],
        effect: 'not known: no table has facts of other:index:Thing',
      },
      {
        urn: 'urn:pulumi:test::trellis::other:index:Thing::two',
        type: 'other:index:Thing',
        name: 'two',
        action: 'may replace',
        because: [
          'of: [unknown] → [unknown], may differ',
          'may replace, what replaces other:index:Thing is not known',
        ],
        effect: 'not known: no table has facts of other:index:Thing',
      },
    ]);
  });

  it('tells of changes inside of JSON, and of tags by their names alone', async () => {
    const policy = (actions: string[], team: string) =>
      new aws.iam.Policy('policy', {
        policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: actions }] }),
        tags: { team },
      });
    const { changes } = await changed(
      () => policy(['s3:GetObject'], 'a'),
      () => policy(['s3:GetObject', 's3:PutObject'], 'b'),
    );
    expect(changes.map(({ because }) => because)).to.deep.equal([
      ['policy → Statement[0].Action[]: (none) → s3:PutObject', 'tags: team'],
    ]);
  });

  it('names the tags of what had none before, or has none any more', async () => {
    const queue = (tags?: Record<string, string>) => () => new aws.sqs.Queue('queue', tags && { tags });
    const because = async (before: () => unknown, after: () => unknown) =>
      (await changed(before, after)).changes.flatMap((change) => change.because);
    const tags = { team: 'a', stack: 'dev' };
    expect(await because(queue(), queue(tags))).to.deep.equal(['tags: stack, team']);
    expect(await because(queue(tags), queue())).to.deep.equal(['tags: stack, team']);
  });

  it('tells that a secret differs, and never what it is', async () => {
    const parameter = (value: string) =>
      new aws.ssm.Parameter('key', { type: 'SecureString', value: pulumi.secret(value) });
    const { changes } = await changed(
      () => parameter('correct-horse'),
      () => parameter('battery-staple'),
    );
    expect(changes.map(({ because }) => because)).to.deep.equal([['value: [secret] → [secret]']]);
  });

  it('says what is lost with what holds data', async () => {
    const table = (hashKey: string, opts?: pulumi.CustomResourceOptions) =>
      new aws.dynamodb.Table('table', { hashKey, attributes: [{ name: hashKey, type: 'S' }] }, opts);
    const lost = await changed(
      () => table('a'),
      () => table('b'),
    );
    expect(told(lost)).to.deep.equal(['replace, new first table: data lost: its items']);
    const kept = await changed(
      () => table('a', { retainOnDelete: true }),
      () => undefined,
    );
    expect(kept.changes.map(({ effect }) => effect)).to.deep.equal([
      'no effect on callers: it stays in AWS, outside of the stack',
    ]);
  });
});
