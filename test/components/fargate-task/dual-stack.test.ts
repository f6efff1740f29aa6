import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect } from 'chai';
import { dualStackImage, dualStackVariable } from '../../../components/fargate-task/index.ts';
import { createDynamoDBClient } from '../../../data/dynamodb/client.ts';
import { createS3Client } from '../../../data/s3/client.ts';

describe('dual-stack addresses', () => {
  /** The hosts that the service's clients call, by service. */
  async function hosts(variables: Record<string, string>): Promise<string[]> {
    const called: string[] = [];
    const config = {
      region: 'eu-west-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      maxAttempts: 1,
      requestHandler: {
        handle: async ({ hostname }: { hostname: string }) => {
          called.push(hostname);
          throw new Error('not sent');
        },
      },
    };
    Object.assign(process.env, variables);
    const states = new SFNClient(config);
    const calls: (() => Promise<unknown>)[] = [
      () =>
        createDynamoDBClient(config).send(new GetItemCommand({ TableName: 'page', Key: { id: { S: 'a' } } })),
      () => createS3Client(config).send(new HeadObjectCommand({ Bucket: 'media', Key: 'a' })),
      () => states.send(new StartExecutionCommand({ stateMachineArn: 'arn' })),
    ];
    for (const call of calls) await call().catch(() => {});
    for (const name of Object.keys(variables)) delete process.env[name];
    return called;
  }

  it('are what the service calls with the variable, and only then', async () => {
    expect(await hosts(dualStackVariable)).to.deep.equal([
      'dynamodb.eu-west-1.api.aws',
      'media.s3.dualstack.eu-west-1.amazonaws.com',
      'states.eu-west-1.api.aws',
    ]);
    expect(await hosts({})).to.deep.equal([
      'dynamodb.eu-west-1.amazonaws.com',
      'media.s3.eu-west-1.amazonaws.com',
      'states.eu-west-1.amazonaws.com',
    ]);
  });

  it('are those of images in ECR, and of no others', () => {
    expect(dualStackImage('123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b@sha256:1')).to.equal(
      '123456789012.dkr-ecr.eu-west-1.on.aws/a/b@sha256:1',
    );
    for (const uri of ['public.ecr.aws/nginx/nginx:1', 'registry.example/123456789012.dkr.ecr.x@sha256:1']) {
      expect(dualStackImage(uri)).to.equal(uri);
    }
  });
});
