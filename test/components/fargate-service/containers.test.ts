import { expect } from 'chai';
import type { FargateServiceArgs, FargateSidecarArgs } from '../../../components/fargate-service/index.ts';
import { monthlyCost } from '../../../stacks/plan/cost.ts';
import { findings } from '../../../stacks/policy/index.ts';
import { ofType, only, statements } from '../mocks.ts';
import { behindBalancer, image, refusal, resourcesOf, worker } from './fixture.ts';

const taskType = 'aws:ecs/taskDefinition:TaskDefinition';
const policyType = 'aws:iam/rolePolicy:RolePolicy';
const other = { uri: 'registry.example/other@sha256:2222' };

async function taskOf(args: Partial<FargateServiceArgs>) {
  const resources = await resourcesOf({ ...behindBalancer, ...args });
  const { inputs } = only(resources, taskType);
  return { resources, inputs, containers: JSON.parse(String(inputs.containerDefinitions)) };
}

const proxy: FargateSidecarArgs = {
  name: 'proxy',
  image: { ...other, repositoryArn: 'arn:aws:ecr:us-east-1:123456789012:repository/proxy' },
  user: 'proxy',
  environment: { B: '2', A: '1' },
  secrets: { TOKEN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:proxy-AbCdEf:token::' },
  writablePaths: ['/tmp'],
  healthCheck: { command: ['proxy', 'check'], startPeriodSeconds: 5 },
  cpu: 32,
  memoryMiB: 64,
  stopTimeoutSeconds: 60,
};
const migration: FargateSidecarArgs = {
  name: 'migration',
  image: other,
  essential: false,
  command: ['migrate'],
  dependsOn: [{ container: 'proxy', condition: 'HEALTHY' }],
};

describe('sidecars of a FargateService', () => {
  it('run beside its container as safely, each with a disk, a health check and a start of its own', async () => {
    const { inputs, containers } = await taskOf({
      sidecars: [proxy, migration],
      dependsOn: [
        { container: 'proxy', condition: 'START' },
        { container: 'migration', condition: 'SUCCESS' },
      ],
    });
    expect(containers.map(({ name }: { name: string }) => name)).to.deep.equal(['app', 'migration', 'proxy']);
    const [app, first, second] = containers;
    expect(app.dependsOn).to.deep.equal([
      { condition: 'SUCCESS', containerName: 'migration' },
      { condition: 'START', containerName: 'proxy' },
    ]);
    expect(first).to.deep.include({
      image: other.uri,
      command: ['migrate'],
      essential: false,
      user: '1000:1000',
      cpu: 0,
      mountPoints: [],
      portMappings: [],
      readonlyRootFilesystem: true,
      linuxParameters: { capabilities: { drop: ['ALL'] }, initProcessEnabled: true },
      dependsOn: [{ condition: 'HEALTHY', containerName: 'proxy' }],
    });
    expect(first).not.to.have.any.keys('memory', 'healthCheck', 'secrets');
    expect(second).to.deep.include({
      user: 'proxy',
      essential: true,
      cpu: 32,
      memory: 64,
      stopTimeout: 60,
      environment: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      mountPoints: [{ containerPath: '/tmp', readOnly: false, sourceVolume: 'proxy-tmp' }],
      healthCheck: {
        command: ['CMD', 'proxy', 'check'],
        interval: 10,
        retries: 3,
        startPeriod: 5,
        timeout: 5,
      },
    });
    // Containers of a task see each other's volumes by name: the two directories must not be one.
    expect(inputs.volumes).to.deep.equal([{ name: 'tmp' }, { name: 'proxy-tmp' }]);
  });

  it('may be pulled, and read their own secrets, by the execution role alone', async () => {
    const { resources } = await taskOf({
      sidecars: [proxy],
      image: { ...image, repositoryArn: 'arn:ecr:app' },
    });
    const all = statements(only(resources, policyType, 'api-execution-policy').inputs.policy);
    const resourcesOfSid = (sid: string) => all.find(({ Sid }) => Sid === sid)?.Resource;
    expect(resourcesOfSid('PullImage')).to.deep.equal(['arn:ecr:app', proxy.image.repositoryArn]);
    expect(resourcesOfSid('ReadSecrets')).to.deep.equal([
      'arn:aws:secretsmanager:us-east-1:123456789012:secret:proxy-AbCdEf',
    ]);
    expect(ofType(resources, policyType).map(({ name }) => name)).to.deep.equal(['api-execution-policy']);
  });

  it('change nothing of a task where none is asked for', async () => {
    const { inputs, containers } = await taskOf({});
    expect(containers).to.have.length(1);
    expect(containers[0]).not.to.have.any.keys('dependsOn', 'memory');
    expect(inputs).not.to.have.property('ephemeralStorage');
  });

  it('may be the only ones with a health check, and the disk may be larger', async () => {
    const { inputs, containers } = await taskOf({ healthCheck: { disabled: true }, ephemeralStorageGiB: 50 });
    expect(containers[0]).not.to.have.property('healthCheck');
    expect(inputs.ephemeralStorage).to.deep.equal({ sizeInGib: 50 });
  });

  const base = { image: other };
  const refused: [string, Partial<FargateServiceArgs>, string][] = [
    ['a name twice', { sidecars: [proxy, proxy] }, 'sidecars: proxy is given more than once'],
    ['the name app', { sidecars: [{ ...base, name: 'app' }] }, '"app" is the name of the service'],
    [
      'ten sidecars',
      { sidecars: Array.from({ length: 10 }, (_, i) => ({ ...base, name: `s${i}` })) },
      'at most 9',
    ],
    ['root', { sidecars: [{ ...base, name: 'a', user: 'root' }] }, 'sidecars "a": user must not be root'],
    [
      'another architecture',
      { sidecars: [{ name: 'a', image: { ...other, architecture: 'x86_64' } }] },
      'sidecars "a": image.architecture must be the service\'s, arm64, not x86_64',
    ],
    [
      'a path to check',
      { sidecars: [{ ...base, name: 'a', healthCheck: { path: '/' } }] },
      'sidecars "a": healthCheck needs command',
    ],
    [
      'a health check that is off and set',
      { healthCheck: { disabled: true, retries: 2 } },
      'healthCheck: disabled leaves nothing else to set',
    ],
    [
      'a container that there is not',
      { dependsOn: [{ container: 'b', condition: 'START' }] },
      'dependsOn: there is no container "b"',
    ],
    [
      'a condition',
      { sidecars: [proxy], dependsOn: [{ container: 'proxy', condition: 'UP' }] },
      'dependsOn "proxy": condition must be one of START, HEALTHY, COMPLETE, SUCCESS, not "UP"',
    ],
    [
      'health without a check',
      { sidecars: [{ ...base, name: 'a' }], dependsOn: [{ container: 'a', condition: 'HEALTHY' }] },
      'dependsOn "a": HEALTHY needs a healthCheck there',
    ],
    [
      'the end of an essential one',
      { sidecars: [{ ...base, name: 'a' }], dependsOn: [{ container: 'a', condition: 'COMPLETE' }] },
      'dependsOn "a": COMPLETE needs essential: false there',
    ],
    [
      'a circle',
      {
        sidecars: [{ ...base, name: 'a', dependsOn: [{ container: 'app', condition: 'START' }] }],
        dependsOn: [{ container: 'a', condition: 'START' }],
      },
      'dependsOn: containers wait for each other: app → a → app',
    ],
    [
      'more memory than there is',
      { sidecars: [{ ...base, name: 'a', memoryMiB: 512 }] },
      'sidecars: their memoryMiB is 512 together, and the task has 512',
    ],
    [
      'a small disk',
      { ephemeralStorageGiB: 20 },
      'ephemeralStorageGiB must be a whole number from 21 to 200',
    ],
  ];
  for (const [what, args, problem] of refused) {
    it(`refuse ${what}`, async () => {
      expect(await refusal({ ...worker, ...args })).to.contain(problem);
    });
  }
});

describe('ECS Exec of a FargateService', () => {
  it('is off, with nothing for it', async () => {
    const { resources, containers } = await taskOf({});
    expect(only(resources, 'aws:ecs/service:Service').inputs.enableExecuteCommand).to.equal(false);
    expect(only(resources, 'aws:ecs/cluster:Cluster').inputs).not.to.have.property('configuration');
    expect(JSON.stringify(containers)).not.to.contain('amazon');
  });

  it('when on is logged, permitted to the tasks alone, and has where its agent writes', async () => {
    const { resources, containers } = await taskOf({ enableExec: true, sidecars: [proxy] });
    expect(only(resources, 'aws:ecs/service:Service').inputs.enableExecuteCommand).to.equal(true);
    const { configuration } = only(resources, 'aws:ecs/cluster:Cluster').inputs;
    expect(JSON.stringify(configuration)).to.match(
      /^{"executeCommandConfiguration":{"logConfiguration":{"cloudWatchLogGroupName":"api-exec-logs-[0-9a-f]{7}"},"logging":"OVERRIDE"}}$/,
    );
    const policy = only(resources, policyType, 'api-exec-policy');
    expect(policy.inputs.role).to.match(/^api-task-/);
    expect(statements(policy.inputs.policy).map(({ Sid, Action }) => `${Sid} ${Action}`)).to.deep.equal([
      'OpenSessions ssmmessages:CreateControlChannel,ssmmessages:CreateDataChannel,ssmmessages:OpenControlChannel,ssmmessages:OpenDataChannel',
      'FindLog logs:DescribeLogGroups',
      'LogSessions logs:CreateLogStream,logs:DescribeLogStreams,logs:PutLogEvents',
    ]);
    expect(
      containers.map(({ mountPoints }: { mountPoints: { sourceVolume: string }[] }) =>
        mountPoints.map(({ sourceVolume }) => sourceVolume),
      ),
    ).to.deep.equal([
      ['tmp', 'exec-managed-agents', 'exec-var-lib-amazon-ssm', 'exec-var-log-amazon-ssm'],
      [
        'proxy-tmp',
        'proxy-exec-managed-agents',
        'proxy-exec-var-lib-amazon-ssm',
        'proxy-exec-var-log-amazon-ssm',
      ],
    ]);
    expect(containers[0].readonlyRootFilesystem).to.equal(true);
    expect(findings(resources, 'production').map(({ rule }) => rule)).to.include('CKV_AWS_223');
  });

  it('logs as the given cluster is set up', async () => {
    const { resources } = await taskOf({ enableExec: true, clusterArn: 'arn:aws:ecs:us-east-1:1:cluster/c' });
    expect(ofType(resources, 'aws:cloudwatch/logGroup:LogGroup').map(({ name }) => name)).to.deep.equal([
      'api-logs',
    ]);
    expect(statements(only(resources, policyType, 'api-exec-policy').inputs.policy)).to.have.length(1);
  });
});

describe('the disk of a task in the plan', () => {
  it('costs what is beyond 20 GiB', async () => {
    const cost = async (ephemeralStorageGiB?: number) => {
      const resources = await resourcesOf({
        ...worker,
        ...(ephemeralStorageGiB === undefined ? {} : { ephemeralStorageGiB }),
      });
      return monthlyCost(resources).total;
    };
    // 0.000111 USD an hour for each GiB.
    expect((await cost(120)) - (await cost())).to.be.closeTo(100 * 0.000111 * 730, 0.001);
  });
});
