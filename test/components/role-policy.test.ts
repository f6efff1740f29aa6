import * as aws from '@pulumi/aws';
import { expect } from 'chai';
import type { PolicyStatement } from '../../components/iam.ts';
import {
  AlarmTopic,
  DataStore,
  JobQueue,
  PrivateBucket,
  Queue,
  QueueWorker,
  Secret,
} from '../../components/index.ts';
import { attachPolicy } from '../../components/role-policy.ts';
import { ofType, type PlannedResource, record, resolved, statements } from './mocks.ts';

const keyArn = 'arn:aws:kms:us-east-1:123456789012:key/1';
const decrypt = { actions: ['kms:Decrypt'], resources: [keyArn] };
const read = { actions: ['dynamodb:GetItem'], resources: ['arn:table'] };

/** `policy: actions`, by name. */
function policies(resources: PlannedResource[]): string[] {
  return ofType(resources, 'aws:iam/rolePolicy:RolePolicy').map(
    ({ name, inputs }) => `${name}: ${statements(inputs.policy).flatMap(({ Action }) => Action)}`,
  );
}

describe('the inline policy of a role', () => {
  const attached = async (all: PolicyStatement[]) =>
    (await record(() => void attachPolicy('api-policy', 'api', all, {}))).resources;

  it('has a policy before it that uses a customer key and needs nothing else', async () => {
    const resources = await attached([read, decrypt]);
    expect(policies(resources)).to.deep.equal([
      'api-policy: dynamodb:GetItem',
      'api-policy-key-use: kms:Decrypt',
    ]);
    expect(resources.find(({ name }) => name === 'api-policy')?.options.dependsOn).to.deep.equal([
      'api-policy-key-use',
    ]);
  });

  it('is one where there is no key, or nothing else', async () => {
    expect(policies(await attached([read]))).to.deep.equal(['api-policy: dynamodb:GetItem']);
    expect(policies(await attached([decrypt]))).to.deep.equal(['api-policy: kms:Decrypt']);
  });
});

describe('what components grant on what a customer key encrypts', () => {
  it('lets a role use the key, by a policy and by JSON alike', async () => {
    const texts: Record<string, string> = {};
    const { resources } = await record(async () => {
      const table = new DataStore('table', { partitionKey: 'id', keyArn });
      const bucket = new PrivateBucket('bucket', { keyArn });
      const queue = new Queue('queue', { keyArn });
      const topic = new AlarmTopic('topic', { keyArn });
      const secret = new Secret('secret', { value: 'x', keyArn });
      const role = new aws.iam.Role('role', { assumeRolePolicy: '{}' });
      table.grantRead('app', role);
      bucket.grantReadWrite('app', role);
      queue.grantSend('app', role);
      queue.grantConsume('app', role);
      topic.grantPublish('app', role);
      secret.grantRead('app', role);
      const placement = { vpcId: 'vpc-1', subnetIds: ['subnet-a', 'subnet-b'] };
      const image = { uri: `123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:${'1'.repeat(64)}` };
      const work = { acceptableLatencySeconds: 300, secondsPerMessage: 1 };
      new QueueWorker('worker', { queue: queue.reference, placement, image, ...work });
      const secrets = { TOKEN: secret.parameterArn };
      new JobQueue('jobs', {
        placement,
        image,
        jobs: [{ name: 'report', secrets }],
        secretKeyArns: [keyArn],
      });
      const { readPolicyJson, readWritePolicyJson } = table;
      for (const [name, json] of Object.entries({
        'table read': readPolicyJson,
        'table write': readWritePolicyJson,
        'bucket read': bucket.readPolicyJson,
        'bucket write': bucket.readWritePolicyJson,
        'queue send': queue.sendPolicyJson,
        'queue consume': queue.consumePolicyJson,
        'topic publish': topic.publishPolicyJson,
        'secret read': secret.readPolicyJson,
      }))
        texts[name] = await resolved(json as never);
    });
    expect(Object.keys(texts).filter((name) => !texts[name]?.includes('kms:Decrypt'))).to.deep.equal([]);
    const keyUse = policies(resources).filter((policy) => policy.includes('kms:'));
    expect(keyUse.map((policy) => policy.split(':')[0])).to.deep.equal([
      'bucket-app-key-use',
      'jobs-execution-policy-key-use',
      'queue-app-consume-key-use',
      'queue-app-send-key-use',
      'secret-app-key-use',
      'table-app-key-use',
      'topic-app-key-use',
      'worker-messages-key-use',
    ]);
  });
});
