import { expect } from 'chai';
import { JobQueue, type JobQueueArgs } from '../../../components/job-queue/index.ts';
import { children, ofType, only, type PlannedResource, record, resolved, statements } from '../mocks.ts';
import { base, placement, resourcesOf } from './fixture.ts';

const common = [
  'aws:batch/computeEnvironment:ComputeEnvironment work-environment',
  'aws:batch/jobDefinition:JobDefinition work-report',
  'aws:batch/jobQueue:JobQueue work-queue',
  'aws:cloudwatch/logGroup:LogGroup work-logs',
  'aws:ec2/securityGroup:SecurityGroup work-tasks',
  'aws:iam/role:Role work-execution',
  'aws:iam/role:Role work-report',
  'aws:iam/rolePolicy:RolePolicy work-execution-policy',
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule work-to-https',
];

const blocked = [
  'aws:cloudwatch/eventRule:EventRule work-blocked',
  'aws:cloudwatch/eventTarget:EventTarget work-blocked',
  'aws:cloudwatch/metricAlarm:MetricAlarm work-blocked',
  'trellis:index:Queue work-blocked',
];

describe('JobQueue', () => {
  it('is an environment, a queue and a kind of job, and nothing that costs at rest', async () => {
    expect(children(await resourcesOf(), 'work')).to.deep.equal(common);
  });

  it('has the same resources when every output is unknown', async () => {
    const args = { alarmActionArns: ['arn:aws:sns:us-east-1:1:alarms'] };
    const names = (resources: PlannedResource[]) =>
      resources.map(({ type, name }) => `${type} ${name}`).sort();
    const unknown = await resourcesOf(args, { unknownOutputs: true });
    expect(names(unknown)).to.deep.equal(names(await resourcesOf(args)));
  });

  it('runs at most maxVcpus, on Fargate or Spot, in its subnets', async () => {
    const inputs = async (args?: Partial<JobQueueArgs>) =>
      only(await resourcesOf(args), 'aws:batch/computeEnvironment:ComputeEnvironment').inputs;
    const computeResources = {
      type: 'FARGATE',
      maxVcpus: 4,
      subnets: ['subnet-a', 'subnet-b'],
      securityGroupIds: ['work-tasks-b5b8a4b'],
    };
    const found = await inputs();
    computeResources.securityGroupIds = (found.computeResources as typeof computeResources).securityGroupIds;
    expect(computeResources.securityGroupIds[0]).to.match(/^work-tasks-/);
    expect(found).to.deep.equal({ type: 'MANAGED', computeResources, tags: {} });
    expect(await inputs({ spot: true, maxVcpus: 64 })).to.deep.include({
      computeResources: { ...computeResources, type: 'FARGATE_SPOT', maxVcpus: 64 },
    });
  });

  it('has no fixed name where a replacement must exist beside what it replaces', async () => {
    const resources = await resourcesOf();
    for (const type of ['computeEnvironment:ComputeEnvironment', 'jobQueue:JobQueue']) {
      const { inputs, options } = only(resources, `aws:batch/${type}`);
      expect(inputs).not.to.have.any.keys('name', 'namePrefix');
      expect(options.deleteBeforeReplace).to.equal(undefined);
    }
    const { options } = only(resources, 'aws:batch/jobQueue:JobQueue');
    expect(options.replaceOnChanges).to.deep.equal(['computeEnvironmentOrders']);
  });

  it('waits an hour for what is stuck, and keeps logs for a month, unless told otherwise', async () => {
    const resources = await resourcesOf();
    const [limit] = only(resources, 'aws:batch/jobQueue:JobQueue').inputs
      .jobStateTimeLimitActions as object[];
    expect(limit).to.include({ maxTimeSeconds: 3600 });
    expect(only(resources, 'aws:cloudwatch/logGroup:LogGroup').inputs.retentionInDays).to.equal(30);
  });

  it('cancels jobs that are stuck, for every reason that Batch knows', async () => {
    const { inputs } = only(await resourcesOf({ stuckSeconds: 900 }), 'aws:batch/jobQueue:JobQueue');
    const limit = (reason: string) => ({ action: 'CANCEL', state: 'RUNNABLE', maxTimeSeconds: 900, reason });
    expect(inputs.jobStateTimeLimitActions).to.deep.equal([
      limit('CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY'),
      limit('MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE'),
      limit('MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT'),
    ]);
    expect(inputs).to.include({ state: 'ENABLED', priority: 1 });
  });

  it('has a queue on demand beside that on Spot, which jobs leave after a quarter of an hour', async () => {
    const resources = await resourcesOf({
      spot: true,
      onDemandFallback: true,
      maxVcpus: 8,
      alarmActionArns: ['arn:aws:sns:us-east-1:1:alarms'],
    });
    const pair = [
      'aws:batch/computeEnvironment:ComputeEnvironment work-environment-on-demand',
      'aws:batch/jobQueue:JobQueue work-queue-on-demand',
    ];
    expect(children(resources, 'work')).to.deep.equal([...common, ...blocked, ...pair].sort());
    const environments = ofType(resources, 'aws:batch/computeEnvironment:ComputeEnvironment').map(
      ({ inputs }) => inputs.computeResources as { type: string; maxVcpus: number },
    );
    expect(environments.map(({ type, maxVcpus }) => [type, maxVcpus])).to.deep.equal([
      ['FARGATE_SPOT', 8],
      ['FARGATE', 8],
    ]);
    const queues = ofType(resources, 'aws:batch/jobQueue:JobQueue').map(({ inputs }) => [
      (inputs.computeEnvironmentOrders as { computeEnvironment: string }[])[0]?.computeEnvironment,
      (inputs.jobStateTimeLimitActions as { maxTimeSeconds: number }[])[0]?.maxTimeSeconds,
    ]);
    expect(String(queues[0]?.[0])).to.match(/work-environment-[0-9a-f]{7}$/);
    expect(String(queues[1]?.[0])).to.match(/work-environment-on-demand-[0-9a-f]{7}$/);
    expect(queues.map(([, seconds]) => seconds)).to.deep.equal([900, 3600]);
    const rule = only(resources, 'aws:cloudwatch/eventRule:EventRule').inputs;
    expect(JSON.parse(String(rule.eventPattern)).resources).to.have.lengthOf(2);
  });

  it('lets nobody in, and jobs out where it says', async () => {
    const resources = await resourcesOf({
      placement: {
        ...placement,
        egress: [
          { name: 'endpoints', port: 443, securityGroupId: 'sg-1' },
          { name: 's3', port: 443, prefixListId: 'pl-1' },
        ],
      },
    });
    const rules = ofType(resources, 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule');
    expect(rules.map(({ name }) => name)).to.deep.equal(['work-to-endpoints', 'work-to-s3']);
    expect(rules[1]?.inputs).to.deep.include({
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      prefixListId: 'pl-1',
    });
    expect(rules[0]?.inputs.referencedSecurityGroupId).to.equal('sg-1');
    expect(ofType(resources, 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule')).to.deep.equal([]);
    const [rule] = ofType(await resourcesOf(), 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule');
    expect(rule?.inputs).to.deep.include({ cidrIpv4: '0.0.0.0/0', fromPort: 443, toPort: 443 });
  });

  it('tells whom it is given when a job blocks the queue', async () => {
    const resources = await resourcesOf({ alarmActionArns: ['arn:aws:sns:us-east-1:1:alarms'] });
    expect(children(resources, 'work')).to.deep.equal([...common, ...blocked].sort());
    const queueArn = /arn:aws:batch:us-east-1:123456789012:job-queue\/work-queue-[0-9a-f]{7}/;
    const pattern = JSON.parse(
      String(only(resources, 'aws:cloudwatch/eventRule:EventRule').inputs.eventPattern),
    );
    expect(pattern).to.deep.include({ source: ['aws.batch'], 'detail-type': ['Batch Job Queue Blocked'] });
    expect(pattern.resources[0]).to.match(queueArn);
    const [deny, allow] = statements(only(resources, 'aws:sqs/queuePolicy:QueuePolicy').inputs.policy);
    expect(deny).to.deep.include({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    expect(allow).to.deep.include({
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['sqs:SendMessage'],
    });
    expect(JSON.stringify(allow?.Condition)).to.match(
      /"ArnEquals":\{"aws:SourceArn":"arn:aws:events:.*rule\/work-blocked/,
    );
    expect(only(resources, 'aws:cloudwatch/metricAlarm:MetricAlarm').inputs).to.deep.include({
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      alarmActions: ['arn:aws:sns:us-east-1:1:alarms'],
      threshold: 0,
    });
    expect(only(resources, 'aws:sqs/queue:Queue').inputs).to.deep.include({
      messageRetentionSeconds: 3600,
      sqsManagedSseEnabled: true,
    });
  });

  it('keeps logs for as long as it is told, under a key, and tags everything that takes tags', async () => {
    const resources = await resourcesOf({
      logRetentionDays: 7,
      logKeyArn: 'arn:aws:kms:x',
      tags: { team: 'a' },
      alarmActionArns: ['arn:aws:sns:us-east-1:1:alarms'],
    });
    expect(only(resources, 'aws:cloudwatch/logGroup:LogGroup').inputs).to.deep.equal({
      retentionInDays: 7,
      kmsKeyId: 'arn:aws:kms:x',
      tags: { team: 'a' },
    });
    const untagged = resources.filter(({ inputs }) => inputs.tags === undefined).map(({ type }) => type);
    expect([...new Set(untagged)].sort()).to.deep.equal([
      'aws:cloudwatch/eventTarget:EventTarget',
      'aws:iam/rolePolicy:RolePolicy',
      'aws:sqs/queuePolicy:QueuePolicy',
      'trellis:index:JobQueue',
      'trellis:index:Queue',
    ]);
  });

  it('grants to submit jobs, and says the same as JSON', async () => {
    const { resources, outputs } = await record(() => {
      const queue = new JobQueue('work', { ...base, jobs: [{ name: 'fetch' }, { name: 'scan' }] });
      queue.grantSubmit('api', 'role');
      queue.grantSubmit('scans', 'role', ['scan']);
      return queue.submitPolicyJson;
    });
    const all = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'work-api-submit');
    expect(all.inputs.policy).to.equal(outputs);
    expect(statements(outputs).map(({ Sid, Action }) => `${Sid} ${Action}`)).to.deep.equal([
      'SubmitJobs batch:SubmitJob',
      'StopJobs batch:TerminateJob',
      'FollowJobs batch:DescribeJobs',
    ]);
    const some = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'work-scans-submit').inputs.policy;
    expect(JSON.stringify(statements(some)[0]?.Resource))
      .to.match(/work-scan-/)
      .and.not.match(/work-fetch-/);
  });

  it('says what a state machine needs to run its jobs, or some of them', async () => {
    let queue: JobQueue | undefined;
    await record(async () => {
      queue = new JobQueue('work', { ...base, jobs: [{ name: 'fetch' }, { name: 'scan' }] });
      const described = await Promise.all(
        queue
          .submitStatements(['scan'])
          .map(async ({ actions, resources }) => [
            actions.join(' '),
            ...(await Promise.all(resources.map((arn) => resolved(arn)))),
          ]),
      );
      expect(described.map((parts) => parts.join(' ').replace(/-[0-9a-f]{7}\b/g, ''))).to.deep.equal([
        'batch:SubmitJob arn:aws:batch:us-east-1:123456789012:job-queue/work-queue arn:aws:batch:us-east-1:123456789012:job-definition/work-scan:*',
        'batch:TerminateJob arn:aws:batch:us-east-1:123456789012:job/*',
        'batch:DescribeJobs *',
        'events:DescribeRule events:PutRule events:PutTargets arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForBatchJobsRule',
      ]);
      expect(queue.submitStatements()[0]?.resources).to.have.length(3);
      expect(Object.keys(await resolved(queue.jobDefinitionArns))).to.deep.equal(['fetch', 'scan']);
      expect((await resolved(queue.jobDefinitionArns)).fetch).to.match(
        /job-definition\/work-fetch-[0-9a-f]{7}:1$/,
      );
    });
  });
});
