import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { changesOf } from '../../../stacks/changes/changes.ts';
import { Engine } from '../../../stacks/changes/engine.ts';
import { livingOfExport } from '../../../stacks/changes/living.ts';
import { evaluateInline } from '../../../stacks/evaluate/inline.ts';

const urn = (type: string, name: string) => `urn:pulumi:test::trellis::${type}::${name}`;
const stack = urn('pulumi:pulumi:Stack', 'trellis-test');
const ciphertext = {
  '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270',
  ciphertext: 'v1:abc',
};

/** As `pulumi stack export` writes it. */
const exported = {
  version: 3,
  deployment: {
    manifest: {},
    resources: [
      { urn: stack, custom: false, type: 'pulumi:pulumi:Stack' },
      {
        urn: urn('pulumi:providers:aws', 'default_7_48_0'),
        custom: true,
        id: '4b42161e',
        type: 'pulumi:providers:aws',
      },
      {
        urn: urn('aws:sqs/queue:Queue', 'queue'),
        custom: true,
        id: 'https://sqs.us-east-1.amazonaws.com/123456789012/queue-1a2b3c4',
        type: 'aws:sqs/queue:Queue',
        inputs: {
          __defaults: ['name', 'delaySeconds'],
          name: 'queue-1a2b3c4',
          delaySeconds: 0,
          fifoQueue: false,
        },
        outputs: { arn: 'arn:aws:sqs:us-east-1:123456789012:queue-1a2b3c4', region: 'us-east-1' },
        parent: stack,
      },
      {
        urn: urn('aws:ssm/parameter:Parameter', 'key'),
        custom: true,
        id: '/key',
        type: 'aws:ssm/parameter:Parameter',
        inputs: { __defaults: [], name: '/key', type: 'SecureString', value: ciphertext },
        outputs: { name: '/key', value: ciphertext },
        parent: stack,
      },
      {
        urn: urn('aws:sqs/queuePolicy:QueuePolicy', 'policy'),
        custom: true,
        id: 'x',
        type: 'aws:sqs/queuePolicy:QueuePolicy',
        inputs: {
          __defaults: [],
          queueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/queue-1a2b3c4',
          policy: '{"Resource":"arn:aws:sqs:us-east-1:123456789012:queue-1a2b3c4"}',
        },
        outputs: {},
        parent: stack,
      },
      {
        urn: urn('aws:sns/topic:Topic', 'gone'),
        custom: true,
        id: 'arn:gone',
        type: 'aws:sns/topic:Topic',
        inputs: {},
        outputs: {},
        parent: stack,
        delete: true,
      },
    ],
  },
};

function program(delaySeconds?: number): void {
  const queue = new aws.sqs.Queue('queue', { fifoQueue: false, delaySeconds });
  new aws.ssm.Parameter('key', { name: '/key', type: 'SecureString', value: pulumi.secret('x') });
  new aws.sqs.QueuePolicy('policy', {
    queueUrl: queue.id,
    policy: pulumi.interpolate`{ "Resource": "${queue.arn}" }`,
  });
}

async function changesOfExport(after: () => void) {
  const engine = new Engine(livingOfExport(JSON.stringify(exported)), 'us-east-1');
  const target = { project: 'trellis', stack: 'test', config: {}, secretKeys: [] };
  await evaluateInline(async () => after(), target, engine);
  return changesOf(engine.finish()).changes.map(({ action, name, because }) => ({ action, name, because }));
}

describe('what `pulumi stack export` says lives', () => {
  it('is what the program makes: names that Pulumi made up and defaults are no change', async () => {
    expect(await changesOfExport(() => program())).to.deep.equal([
      { action: 'may change', name: 'key', because: ['value: [secret] → [secret], may differ'] },
    ]);
  });

  it('or is not', async () => {
    expect(await changesOfExport(() => program(5))).to.deep.include({
      action: 'update',
      name: 'queue',
      because: ['delaySeconds: (none) → 5'],
    });
  });

  it('is refused when it is something else', () => {
    expect(() => livingOfExport('{"resources":[]}')).to.throw('no output of `pulumi stack export`');
  });
});
