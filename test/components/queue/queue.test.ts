import * as aws from '@pulumi/aws';
import { expect } from 'chai';
import { Queue, type QueueArgs } from '../../../components/queue/index.ts';
import { findings } from '../../../stacks/policy/index.ts';
import { children, ofType, only, record, statements } from '../mocks.ts';

const queueType = 'aws:sqs/queue:Queue';
const policyType = 'aws:sqs/queuePolicy:QueuePolicy';
const alarmType = 'aws:cloudwatch/metricAlarm:MetricAlarm';
const topic = 'arn:aws:sns:us-east-1:123456789012:alarms';
const key = 'arn:aws:kms:us-east-1:123456789012:key/1';

async function resourcesOf(args?: QueueArgs) {
  const { resources } = await record(() => {
    new Queue('orders', args);
  });
  return resources;
}

describe('Queue', () => {
  it('is a queue and its dead-letter queue, both encrypted and closed to plaintext', async () => {
    const resources = await resourcesOf();
    expect(children(resources, 'orders')).to.deep.equal([
      `${queueType} orders`,
      `${queueType} orders-dead-letters`,
      `${policyType} orders`,
      `${policyType} orders-dead-letters`,
    ]);
    const { redrivePolicy, ...inputs } = only(resources, queueType, 'orders').inputs;
    expect(inputs).to.deep.equal({ sqsManagedSseEnabled: true, receiveWaitTimeSeconds: 20 });
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(String(redrivePolicy));
    expect(maxReceiveCount).to.equal(3);
    expect(deadLetterTargetArn).to.match(/:orders-dead-letters-[0-9a-f]{7}$/);
    expect(only(resources, queueType, 'orders-dead-letters').inputs).to.deep.equal({
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 1_209_600,
    });
    for (const { inputs } of ofType(resources, policyType)) {
      expect(statements(inputs.policy).map(({ Sid }) => Sid)).to.deep.equal(['RefusePlaintext']);
    }
  });

  it('breaks no rule of the policy, production included', async () => {
    const resources = await resourcesOf({ alarmActionArns: [topic] });
    expect(findings(resources, 'production')).to.deep.equal([]);
  });

  it('sets the times, the receives and the tags', async () => {
    const resources = await resourcesOf({
      visibilityTimeoutSeconds: 120,
      retentionSeconds: 3600,
      delaySeconds: 5,
      receiveWaitSeconds: 0,
      maxReceives: 7,
      tags: { team: 'a' },
    });
    const { redrivePolicy, ...inputs } = only(resources, queueType, 'orders').inputs;
    expect(inputs).to.deep.equal({
      sqsManagedSseEnabled: true,
      visibilityTimeoutSeconds: 120,
      messageRetentionSeconds: 3600,
      delaySeconds: 5,
      receiveWaitTimeSeconds: 0,
      tags: { team: 'a' },
    });
    expect(JSON.parse(String(redrivePolicy)).maxReceiveCount).to.equal(7);
    // Messages keep their age, so a shorter time here would delete what has just failed.
    expect(only(resources, queueType, 'orders-dead-letters').inputs).to.deep.include({
      messageRetentionSeconds: 1_209_600,
      tags: { team: 'a' },
    });
  });

  it('keeps order in both queues, whose names end as SQS wants', async () => {
    const { resources, outputs } = await record(() => {
      const queue = new Queue('orders', { fifo: true, contentBasedDeduplication: true });
      return [queue.queueName, queue.deadLetterQueueName];
    });
    expect(ofType(resources, queueType).map(({ inputs }) => inputs.fifoQueue)).to.deep.equal([true, true]);
    expect(only(resources, queueType, 'orders').inputs.contentBasedDeduplication).to.equal(true);
    expect(outputs[0]).to.match(/^orders-[0-9a-f]{7}\.fifo$/);
    expect(outputs[1]).to.match(/^orders-dead-letters-[0-9a-f]{7}\.fifo$/);
  });

  it('encrypts both queues with a customer key, which senders and consumers may then use', async () => {
    const { resources, outputs } = await record(() => {
      const queue = new Queue('orders', { keyArn: key });
      return { send: queue.sendPolicyJson, consume: queue.consumePolicyJson };
    });
    for (const { inputs } of ofType(resources, queueType)) {
      expect(inputs.kmsMasterKeyId).to.equal(key);
      expect(inputs).not.to.have.property('sqsManagedSseEnabled');
    }
    const use = {
      Effect: 'Allow',
      Resource: [key],
      Condition: { StringEquals: { 'kms:ViaService': 'sqs.us-east-1.amazonaws.com' } },
    };
    expect(statements(outputs.send)[1]).to.deep.equal({
      ...use,
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    });
    expect(statements(outputs.consume)[1]).to.deep.equal({ ...use, Action: ['kms:Decrypt'] });
  });

  it('lets a service send for the resources that are named, one or several', async () => {
    const rules = [
      'arn:aws:events:us-east-1:123456789012:rule/a',
      'arn:aws:events:us-east-1:123456789012:rule/b',
    ];
    const allowed = async (sourceArns: string[]) => {
      const resources = await resourcesOf({ services: [{ service: 'events.amazonaws.com', sourceArns }] });
      return statements(only(resources, policyType, 'orders').inputs.policy)[1];
    };
    expect(await allowed(rules)).to.deep.include({
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['sqs:SendMessage'],
      Condition: { ArnEquals: { 'aws:SourceArn': rules } },
    });
    expect((await allowed(rules.slice(0, 1)))?.Condition).to.deep.equal({
      ArnEquals: { 'aws:SourceArn': rules[0] },
    });
  });

  it('has alarms for messages that wait too long and for dead letters, where a topic is given', async () => {
    const resources = await resourcesOf({ alarmActionArns: [topic], maxAgeSeconds: 60 });
    const [backlog, deadLetters] = ofType(resources, alarmType);
    expect(backlog?.name).to.equal('orders-backlog');
    expect(backlog?.inputs).to.deep.include({
      metricName: 'ApproximateAgeOfOldestMessage',
      threshold: 60,
      alarmActions: [topic],
      okActions: [topic],
    });
    expect(deadLetters?.name).to.equal('orders-dead-letters');
    expect(deadLetters?.inputs).to.deep.include({
      metricName: 'ApproximateNumberOfMessagesVisible',
      threshold: 0,
    });
    expect(JSON.stringify(deadLetters?.inputs.dimensions)).to.match(/orders-dead-letters-/);
  });

  it('can be a dead-letter queue itself', async () => {
    const resources = await resourcesOf({ deadLetterQueue: false, alarmActionArns: [topic] });
    expect(children(resources, 'orders')).to.deep.equal([
      `${alarmType} orders`,
      `${queueType} orders`,
      `${policyType} orders`,
    ]);
    expect(only(resources, queueType).inputs).to.deep.equal({
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 1_209_600,
    });
    expect(only(resources, alarmType).inputs.metricName).to.equal('ApproximateNumberOfMessagesVisible');
  });

  it('grants exactly what a sender and a consumer need, and says the same as JSON', async () => {
    const { resources, outputs } = await record(() => {
      const role = new aws.iam.Role('api', { assumeRolePolicy: '{}' });
      const queue = new Queue('orders');
      queue.grantSend('api', role);
      queue.grantConsume('api', role);
      return { send: queue.sendPolicyJson, consume: queue.consumePolicyJson };
    });
    const [consume, send] = ofType(resources, 'aws:iam/rolePolicy:RolePolicy');
    expect([consume?.name, send?.name]).to.deep.equal(['orders-api-consume', 'orders-api-send']);
    expect([consume?.parent, send?.parent]).to.deep.equal(['orders', 'orders']);
    expect([consume?.inputs.policy, send?.inputs.policy]).to.deep.equal([outputs.consume, outputs.send]);
    expect(statements(outputs.send).map(({ Action }) => Action)).to.deep.equal([
      ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
    ]);
    expect(statements(outputs.consume).map(({ Action }) => Action)).to.deep.equal([
      [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
      ],
    ]);
  });

  it('has the same resources when every output is unknown', async () => {
    const { resources } = await record(
      () => {
        new Queue('orders', { alarmActionArns: [topic] });
      },
      { unknownOutputs: true },
    );
    expect(children(resources, 'orders')).to.have.length(6);
  });
});
