import { expect } from 'chai';
import { FargateService, type FargateServiceArgs } from '../../../components/fargate-service/index.ts';
import { readSecrets } from '../../../components/fargate-task/index.ts';
import { only, type PlannedResource, record, statements } from '../mocks.ts';
import { behindApi, behindBalancer, image, notInAws, resourcesOf, worker } from './fixture.ts';

const taskDefinition = 'aws:ecs/taskDefinition:TaskDefinition';

async function taskOf(args: FargateServiceArgs) {
  const { inputs } = only(await resourcesOf(args), taskDefinition);
  return { inputs, container: JSON.parse(String(inputs.containerDefinitions))[0] };
}

/** `role: actions on resources`, of each policy. */
function permissions(resources: PlannedResource[]): string[] {
  return resources
    .filter(({ type }) => type === 'aws:iam/rolePolicy:RolePolicy')
    .flatMap(({ inputs }) =>
      statements(inputs.policy).map(
        ({ Action, Resource }) =>
          `${String(inputs.role).replace(/-[0-9a-f]{7}$/, '')}: ${(Action as string[]).join(' ')} on ${(Resource as string[]).join(' ')}`,
      ),
    )
    .sort();
}

describe('the task definition of a FargateService', () => {
  it('is the smallest ARM task on Fargate, in a network of its own, with two roles', async () => {
    const { inputs } = await taskOf(behindBalancer);
    const { containerDefinitions, executionRoleArn, taskRoleArn, ...rest } = inputs;
    expect(containerDefinitions).to.be.a('string');
    expect(executionRoleArn).to.match(/role\/api-execution-/);
    expect(taskRoleArn).to.match(/role\/api-task-/);
    expect(rest).to.deep.equal({
      cpu: '256',
      memory: '512',
      family: 'trellis-test-api',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      skipDestroy: true,
      tags: {},
      volumes: [{ name: 'tmp' }],
    });
  });

  it('runs the container as nobody in particular, on a read-only root, without capabilities', async () => {
    const { container } = await taskOf(behindBalancer);
    expect(container).to.deep.include({
      image: image.uri,
      user: '1000:1000',
      readonlyRootFilesystem: true,
      linuxParameters: { capabilities: { drop: ['ALL'] }, initProcessEnabled: true },
      mountPoints: [{ containerPath: '/tmp', readOnly: false, sourceVolume: 'tmp' }],
      stopTimeout: 30,
    });
    expect(container).not.to.have.any.keys('privileged', 'secrets', 'command');
    expect(container.logConfiguration.options).to.deep.include({
      'awslogs-region': 'us-east-1',
      mode: 'non-blocking',
    });
    expect(container.logConfiguration.options['awslogs-group']).to.match(/^api-logs-/);
  });

  it('takes size, architecture, command, user, paths and times', async () => {
    const { inputs, container } = await taskOf({
      ...behindBalancer,
      size: { cpu: 1024, memory: 3072 },
      image: { ...image, architecture: 'x86_64' },
      port: 3000,
      command: ['node', 'main.js'],
      user: 'app',
      writablePaths: ['/tmp', '/var/cache'],
      stopTimeoutSeconds: 45,
      deployment: { keepRevisions: false },
      tags: { team: 'web' },
    });
    expect(inputs).to.deep.include({
      cpu: '1024',
      memory: '3072',
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      volumes: [{ name: 'tmp' }, { name: 'var-cache' }],
      skipDestroy: false,
      tags: { team: 'web' },
    });
    expect(container).to.deep.include({
      command: ['node', 'main.js'],
      user: 'app',
      stopTimeout: 45,
      portMappings: [{ containerPort: 3000, hostPort: 3000, protocol: 'tcp' }],
    });
    expect(
      container.mountPoints.map((mount: { containerPath: string }) => mount.containerPath),
    ).to.deep.equal(['/tmp', '/var/cache']);
  });

  it('checks the health of a container that serves, by path or by command', async () => {
    const asks = async (args: FargateServiceArgs) => (await taskOf(args)).container.healthCheck;
    expect(await asks(worker)).to.equal(undefined);
    const check = await asks(behindApi);
    expect(check).to.include({ interval: 10, timeout: 5, retries: 3, startPeriod: 30 });
    expect(check.command.slice(0, 3)).to.deep.equal(['CMD', 'node', '-e']);
    expect(check.command[3]).to.contain('"path":"/livez"').and.contain('"port":8080');
    const other = await asks({
      ...behindApi,
      port: 3000,
      healthCheck: {
        path: '/health',
        intervalSeconds: 6,
        timeoutSeconds: 2,
        retries: 2,
        startPeriodSeconds: 0,
      },
    });
    expect(other).to.include({ interval: 6, timeout: 2, retries: 2, startPeriod: 0 });
    expect(other.command[3]).to.contain('"path":"/health"').and.contain('"port":3000');
    expect((await asks({ ...worker, healthCheck: { command: ['check', '-q'] } })).command).to.deep.equal([
      'CMD',
      'check',
      '-q',
    ]);
  });

  it('opens no port of a worker', async () => {
    expect((await taskOf(worker)).container.portMappings).to.deep.equal([]);
  });

  it('carries variables in the environment and secrets by ARN', async () => {
    const { container } = await taskOf({
      ...worker,
      environment: { B: '2', A: '1' },
      secrets: { KEY: 'arn:aws:ssm:us-east-1:1:parameter/key' },
    });
    expect(container.environment).to.deep.equal([
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ]);
    expect(container.secrets).to.deep.equal([
      { name: 'KEY', valueFrom: 'arn:aws:ssm:us-east-1:1:parameter/key' },
    ]);
  });

  it('names its family after project and stack, in letters that ECS takes', async () => {
    const resources = await resourcesOf(worker, { project: 'shop', stack: 'dev.ann' });
    expect(only(resources, taskDefinition).inputs.family).to.equal('shop-dev-ann-api');
  });
});

describe('the roles of a FargateService', () => {
  it('may be assumed by the tasks of this account alone', async () => {
    const resources = await resourcesOf(worker);
    for (const name of ['api-execution', 'api-task']) {
      expect(statements(only(resources, 'aws:iam/role:Role', name).inputs.assumeRolePolicy)).to.deep.equal([
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'ecs-tasks.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': '123456789012' },
            ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:us-east-1:123456789012:*' },
          },
        },
      ]);
    }
  });

  it('may do next to nothing by default', async () => {
    const found = permissions(await resourcesOf(worker));
    expect(found).to.have.lengthOf(1);
    expect(found[0]).to.match(
      /^api-execution: logs:CreateLogStream logs:PutLogEvents on arn:aws:logs:us-east-1:123456789012:log-group:api-logs-[0-9a-f]{7}:\*$/,
    );
  });

  it('may do just what the arguments need', async () => {
    const found = permissions(
      await resourcesOf({
        ...worker,
        image: { ...image, repositoryArn: 'arn:repository' },
        secrets: {
          PARAMETER: 'arn:aws:ssm:us-east-1:1:parameter/key',
          SECRET: 'arn:aws:secretsmanager:us-east-1:1:secret:db-AbCdEf:password::',
          SAME: 'arn:aws:secretsmanager:us-east-1:1:secret:db-AbCdEf:user::',
        },
        secretKeyArns: ['arn:key'],
        permissions: [{ actions: ['dynamodb:GetItem'], resources: ['arn:table'] }],
      }),
    );
    expect(found.filter((line) => !line.includes('logs:'))).to.deep.equal([
      'api-execution: ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer on arn:repository',
      'api-execution: ecr:GetAuthorizationToken on *',
      'api-execution: kms:Decrypt on arn:key',
      'api-execution: secretsmanager:GetSecretValue on arn:aws:secretsmanager:us-east-1:1:secret:db-AbCdEf',
      'api-execution: ssm:GetParameters on arn:aws:ssm:us-east-1:1:parameter/key',
      'api-task: dynamodb:GetItem on arn:table',
    ]);
  });

  it('refuse a secret that ECS cannot read', () => {
    expect(() => readSecrets(['arn:aws:s3:::bucket'])).to.throw(
      'arn:aws:s3:::bucket is neither the ARN of an SSM parameter nor of a Secrets Manager secret',
    );
  });

  it('take permissions on what is made later', async () => {
    const { resources } = await record(
      () => {
        const service = new FargateService('api', worker);
        service.grantTaskRole('users', [{ actions: ['dynamodb:PutItem'], resources: ['arn:users'] }]);
      },
      { call: notInAws },
    );
    const policy = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'api-users');
    expect(policy.parent).to.equal('api');
    expect(permissions(resources)).to.include('api-task: dynamodb:PutItem on arn:users');
  });
});
