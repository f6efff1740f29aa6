import { expect } from 'chai';
import { placeholder } from '../../../components/workflow/index.ts';
import { ofType, only, type PlannedResource } from '../mocks.ts';
import { least, permissions, placement, resourcesOf, shorten, uri } from './fixture.ts';

describe('the jobs of an IngestPipeline', () => {
  it('runs its job in the queue, in the smallest size and for the longest time unless the class says otherwise', async () => {
    const resources = await resourcesOf({
      command: ['node', 'ingest.js'],
      environment: { LEDGER: 'ledger' },
      outputPrefixes: ['rejects/'],
      keptPrefixes: ['rollups/'],
      permissions: [{ actions: ['dynamodb:UpdateItem'], resources: [least.ledgerTableArn] }],
      maxVcpus: 2,
      spot: true,
      stuckSeconds: 700,
      image: {
        uri,
        architecture: 'x86_64',
        repositoryArn: 'arn:aws:ecr:us-east-1:123456789012:repository/app',
      },
      placement: {
        ...placement,
        assignPublicIp: true,
        egress: [{ name: 's3', port: 443, prefixListId: 'pl-1' }],
      },
      logRetentionDays: 7,
      logKeyArn: 'arn:aws:kms:x',
      tags: { team: 'a' },
    });
    const { inputs } = only(resources, 'aws:batch/jobDefinition:JobDefinition');
    expect(inputs.timeout).to.deep.equal({ attemptDurationSeconds: 7200 });
    const container = JSON.parse(String(inputs.containerProperties));
    expect(shorten(container.environment)).to.equal(
      '[{name:BUCKET,value:ingest-files},{name:LEDGER,value:ledger}]',
    );
    expect(container).to.deep.include({
      command: ['node', 'ingest.js'],
      image: uri,
      networkConfiguration: { assignPublicIp: 'ENABLED' },
      resourceRequirements: [
        { type: 'VCPU', value: '0.25' },
        { type: 'MEMORY', value: '512' },
      ],
    });
    expect(container.runtimePlatform.cpuArchitecture).to.equal('X86_64');
    expect(permissions(resources, 'ingest-jobs-ingest-policy')).to.deep.equal([
      's3:GetObject on [s3:ingest-files/incoming/*,s3:ingest-files/rollups/*]',
      's3:ListBucket on [s3:ingest-files]',
      's3:PutObject on [s3:ingest-files/rejects/*,s3:ingest-files/rollups/*]',
      's3:DeleteObject on [s3:ingest-files/rollups/*]',
      'dynamodb:UpdateItem on [dynamodb:table/ledger]',
    ]);
    expect(permissions(resources, 'ingest-jobs-execution-policy')).to.have.length(3);
    const environment = only(
      resources,
      'aws:batch/computeEnvironment:ComputeEnvironment',
      'ingest-jobs-environment',
    ).inputs;
    expect(environment.computeResources).to.deep.include({ type: 'FARGATE_SPOT', maxVcpus: 2 });
    const [limit] = only(resources, 'aws:batch/jobQueue:JobQueue', 'ingest-jobs-queue').inputs
      .jobStateTimeLimitActions as object[];
    expect(limit).to.deep.include({ maxTimeSeconds: 700 });
    for (const group of ofType(resources, 'aws:cloudwatch/logGroup:LogGroup')) {
      expect(group.inputs).to.deep.include({ retentionInDays: 7, kmsKeyId: 'arn:aws:kms:x' });
    }
    const [egress] = ofType(resources, 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule');
    expect(egress?.inputs.prefixListId).to.equal('pl-1');
    const untagged = resources.filter(
      ({ type, inputs }) =>
        /^aws:(batch|iam\/role:|sqs\/queue:|sfn|s3\/bucket:|cloudwatch\/eventRule)/.test(type) &&
        (inputs.tags as { team?: string })?.team !== 'a',
    );
    expect(untagged.map(({ name }) => name)).to.deep.equal([]);
  });

  it('runs at most 4 vCPUs at once, and keeps logs for a month, unless told otherwise', async () => {
    const resources = await resourcesOf();
    const { computeResources } = only(resources, 'aws:batch/computeEnvironment:ComputeEnvironment').inputs;
    expect(computeResources).to.include({ maxVcpus: 4, type: 'FARGATE' });
    const retentions = ofType(resources, 'aws:cloudwatch/logGroup:LogGroup').map(
      ({ inputs }) => inputs.retentionInDays,
    );
    expect(retentions).to.deep.equal([30, 30]);
  });

  it('has a queue on demand for jobs on Spot, which its own definition submits to, unless told otherwise', async () => {
    const queuesOf = (resources: PlannedResource[]) =>
      ofType(resources, 'aws:batch/jobQueue:JobQueue').map(
        ({ name, inputs }) =>
          `${name} ${(inputs.jobStateTimeLimitActions as { maxTimeSeconds: number }[])[0]?.maxTimeSeconds}`,
      );
    const definitionOf = (resources: PlannedResource[]) =>
      JSON.parse(String(only(resources, 'aws:sfn/stateMachine:StateMachine').inputs.definition));
    const resources = await resourcesOf({ spot: true });
    expect(queuesOf(resources)).to.deep.equal(['ingest-jobs-queue 900', 'ingest-jobs-queue-on-demand 3600']);
    const { RunJob, RunJobOnDemand } = definitionOf(resources).States;
    const queues = [RunJob, RunJobOnDemand].map(({ Parameters }) => shorten(Parameters.JobQueue));
    expect(queues).to.deep.equal([
      'batch:job-queue/ingest-jobs-queue',
      'batch:job-queue/ingest-jobs-queue-on-demand',
    ]);
    expect(permissions(resources, 'ingest-state-machine-policy')).to.include(
      `batch:SubmitJob on [${queues.join(',')},batch:job-definition/ingest-jobs-ingest:*]`,
    );
    for (const args of [{}, { spot: true, onDemandFallback: false }]) {
      const without = await resourcesOf(args);
      expect(queuesOf(without)).to.deep.equal(['ingest-jobs-queue 3600']);
      expect(definitionOf(without).States).to.not.have.property('RunJobOnDemand');
    }
    const definition = `{"StartAt":"${placeholder('onDemandQueue')}"}`;
    expect(queuesOf(await resourcesOf({ spot: true, definition: '{}' }))).to.have.length(1);
    const own = await resourcesOf({ spot: true, onDemandFallback: true, definition });
    expect(shorten(definitionOf(own).StartAt)).to.equal('batch:job-queue/ingest-jobs-queue-on-demand');
  });
});
