import { expect } from 'chai';
import { JobQueue } from '../../../components/job-queue/index.ts';
import { ofType, only, type PlannedResource, record, statements } from '../mocks.ts';
import { base, container, image, placement, resourcesOf, secret, withJob } from './fixture.ts';

describe('JobQueue, kinds of jobs', () => {
  it('defines jobs that no release disturbs, with a timeout, and tries again what is not their fault', async () => {
    const { inputs } = only(await resourcesOf(), 'aws:batch/jobDefinition:JobDefinition');
    const { containerProperties, ...rest } = inputs;
    expect(rest).to.deep.equal({
      type: 'container',
      platformCapabilities: ['FARGATE'],
      timeout: { attemptDurationSeconds: 3600 },
      retryStrategy: {
        attempts: 5,
        evaluateOnExits: [
          { action: 'retry', onStatusReason: 'Your Spot Task was interrupted*' },
          { action: 'retry', onReason: 'CannotPullContainerError*' },
          { action: 'retry', onStatusReason: 'Task failed to start*' },
          { action: 'retry', onStatusReason: 'Timeout waiting for network interface provisioning*' },
          { action: 'exit', onReason: '*' },
        ],
      },
      deregisterOnNewRevision: false,
      propagateTags: true,
      tags: {},
    });
    expect(JSON.parse(String(containerProperties))).to.deep.equal({
      command: [],
      environment: [],
      executionRoleArn: JSON.parse(String(containerProperties)).executionRoleArn,
      fargatePlatformConfiguration: { platformVersion: 'LATEST' },
      image,
      jobRoleArn: JSON.parse(String(containerProperties)).jobRoleArn,
      linuxParameters: { initProcessEnabled: true },
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': JSON.parse(String(containerProperties)).logConfiguration.options['awslogs-group'],
          'awslogs-region': 'us-east-1',
          'awslogs-stream-prefix': 'report',
        },
      },
      mountPoints: [{ containerPath: '/tmp', readOnly: false, sourceVolume: 'tmp' }],
      networkConfiguration: { assignPublicIp: 'DISABLED' },
      privileged: false,
      readonlyRootFilesystem: true,
      resourceRequirements: [
        { type: 'VCPU', value: '0.25' },
        { type: 'MEMORY', value: '512' },
      ],
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      user: '1000:1000',
      volumes: [{ name: 'tmp' }],
    });
    const { executionRoleArn, jobRoleArn, logConfiguration } = JSON.parse(String(containerProperties));
    expect(executionRoleArn).to.match(/:role\/work-execution-/);
    expect(jobRoleArn).to.match(/:role\/work-report-/);
    expect(logConfiguration.options['awslogs-group']).to.match(/^work-logs-/);
  });

  it('takes what a job is given', async () => {
    const resources = await resourcesOf({
      image: { uri: image, architecture: 'x86_64' },
      placement: { ...placement, assignPublicIp: true },
      jobs: [
        {
          name: 'report',
          command: ['node', 'report.js'],
          size: { cpu: 1024, memory: 2048 },
          diskGiB: 100,
          timeoutSeconds: 60,
          attempts: 2,
          user: 'node',
          environment: { B: '2', A: '1' },
          secrets: { TOKEN: secret },
          writablePaths: ['/tmp', '/var/cache'],
        },
      ],
    });
    const { inputs } = only(resources, 'aws:batch/jobDefinition:JobDefinition');
    expect(inputs.timeout).to.deep.equal({ attemptDurationSeconds: 60 });
    expect((inputs.retryStrategy as { attempts: number }).attempts).to.equal(2);
    expect(container(resources)).to.deep.include({
      command: ['node', 'report.js'],
      environment: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      ephemeralStorage: { sizeInGiB: 100 },
      networkConfiguration: { assignPublicIp: 'ENABLED' },
      resourceRequirements: [
        { type: 'VCPU', value: '1' },
        { type: 'MEMORY', value: '2048' },
      ],
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      secrets: [{ name: 'TOKEN', valueFrom: secret }],
      user: 'node',
      volumes: [{ name: 'tmp' }, { name: 'var-cache' }],
    });
  });

  it('starts jobs by a role that reads their image, logs and secrets only', async () => {
    const policy = (resources: PlannedResource[]) =>
      statements(only(resources, 'aws:iam/rolePolicy:RolePolicy', 'work-execution-policy').inputs.policy).map(
        ({ Action, Resource }) =>
          [Action, Resource]
            .flat(2)
            .join(' ')
            .replace(/-[0-9a-f]{7}\b/, ''),
      );
    const logs =
      'logs:CreateLogStream logs:PutLogEvents arn:aws:logs:us-east-1:123456789012:log-group:work-logs:*';
    expect(policy(await resourcesOf())).to.deep.equal([logs]);
    const all = await resourcesOf({
      image: { uri: image, repositoryArn: 'arn:aws:ecr:us-east-1:1:repository/app' },
      jobs: [{ name: 'report', secrets: { TOKEN: secret } }],
    });
    expect(policy(all)).to.deep.equal([
      logs,
      'ecr:GetAuthorizationToken *',
      'ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer arn:aws:ecr:us-east-1:1:repository/app',
      `ssm:GetParameters ${secret}`,
    ]);
  });

  it('gives each kind of job a role of its own, which ECS alone may assume, for this account', async () => {
    const permission = (bucket: string) => [
      { actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${bucket}/*`] },
    ];
    const resources = await resourcesOf({
      jobs: [
        { name: 'fetch', permissions: permission('a') },
        { name: 'scan', permissions: permission('b') },
        { name: 'none' },
      ],
    });
    const roles = ofType(resources, 'aws:iam/role:Role');
    expect(roles.map(({ name }) => name)).to.deep.equal([
      'work-execution',
      'work-fetch',
      'work-none',
      'work-scan',
    ]);
    for (const { inputs } of roles) {
      expect(statements(inputs.assumeRolePolicy)).to.deep.equal([
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
    const policies = ofType(resources, 'aws:iam/rolePolicy:RolePolicy').filter(
      ({ name }) => name !== 'work-execution-policy',
    );
    expect(policies.map(({ name, inputs }) => [name, statements(inputs.policy)[0]?.Resource])).to.deep.equal([
      ['work-fetch-policy', ['arn:aws:s3:::a/*']],
      ['work-scan-policy', ['arn:aws:s3:::b/*']],
    ]);
    expect(policies[0]?.inputs.role).to.match(/^work-fetch-/);
  });

  it('permits a kind of job more, later', async () => {
    const { resources } = await record(() => {
      const queue = new JobQueue('work', base);
      queue.grantJobRole('report', 'bucket', [
        { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/*'] },
      ]);
      expect(() => queue.grantJobRole('reports', 'bucket', [])).to.throw(
        'JobQueue "work": there is no job "reports", only report',
      );
    });
    const { inputs, parent } = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'work-report-bucket');
    expect(parent).to.equal('work');
    expect(inputs.role).to.match(/^work-report-/);
  });

  it('puts a disk, a command and secrets into a definition only when there are any', async () => {
    const properties = container(await withJob({}));
    expect(properties).not.to.have.any.keys('ephemeralStorage', 'secrets');
  });
});
