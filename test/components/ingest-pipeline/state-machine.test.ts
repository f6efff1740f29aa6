import { expect } from 'chai';
import { ingestDefinition } from '../../../workflows/ingest.ts';
import { only, type PlannedResource, statements } from '../mocks.ts';
import { least, permissions, resourcesOf, shorten, variables } from './fixture.ts';

const machine = (resources: PlannedResource[]) => only(resources, 'aws:sfn/stateMachine:StateMachine').inputs;

describe('the state machine of an ingest pipeline', () => {
  it('executes the definition, with the names of its own resources and nothing else of its own', async () => {
    const sweep = { kinds: ['prices'], delaySeconds: 900 };
    const resources = await resourcesOf({ attempts: 5, sweep });
    const text = String(machine(resources).definition);
    const { RunJob, EnqueueFailure } = JSON.parse(text).States;
    const names = {
      ledgerTable: 'ledger',
      jobQueue: RunJob.Parameters.JobQueue,
      jobDefinition: RunJob.Parameters.JobDefinition,
      failureQueueUrl: EnqueueFailure.Parameters.QueueUrl,
    };
    expect(shorten(names)).to.equal(
      '{ledgerTable:ledger,jobQueue:batch:job-queue/ingest-jobs-queue,' +
        'jobDefinition:batch:job-definition/ingest-jobs-ingest:1,' +
        'failureQueueUrl:https://sqs.us-east-1.amazonaws.com/123456789012/ingest-failures}',
    );
    const sizeClasses = least.sizeClasses.map((one) => ({ maxBytes: Number.POSITIVE_INFINITY, ...one }));
    const { prefix, kinds } = least;
    const definition = {
      ...names,
      eventBusName: 'default',
      prefix,
      kinds,
      sizeClasses,
      variables,
      attempts: 5,
      sweep,
    };
    expect(text).to.equal(JSON.stringify(ingestDefinition(definition)));
    expect(RunJob.Retry.at(-1).MaxAttempts).to.equal(4);
    expect(
      JSON.parse(String(machine(await resourcesOf()).definition)).States.RunJob.Retry.at(-1).MaxAttempts,
    ).to.equal(2);
  });

  it('logs errors, and traces when asked', async () => {
    const inputs = machine(await resourcesOf());
    expect(inputs).to.deep.include({ type: 'STANDARD', tracingConfiguration: { enabled: false } });
    expect(shorten(inputs.loggingConfiguration)).to.equal(
      '{includeExecutionData:true,level:ERROR,logDestination:logs:log-group:/aws/vendedlogs/states/trellis-test-ingest:*}',
    );
    const traced = await resourcesOf({ tracing: true });
    expect(machine(traced).tracingConfiguration).to.deep.equal({ enabled: true });
    expect(permissions(traced, 'ingest-state-machine-policy').at(-1)).to.equal(
      'xray:GetSamplingRules xray:GetSamplingTargets xray:PutTelemetryRecords xray:PutTraceSegments on [*]',
    );
  });

  it('permits the state machine what its states do', async () => {
    const resources = await resourcesOf();
    expect(permissions(resources, 'ingest-state-machine-policy')).to.deep.equal([
      'dynamodb:GetItem dynamodb:UpdateItem on [dynamodb:table/ledger]',
      'batch:SubmitJob on [batch:job-queue/ingest-jobs-queue,batch:job-definition/ingest-jobs-ingest:*]',
      'batch:TerminateJob on [batch:job/*]',
      'batch:DescribeJobs on [*]',
      'events:DescribeRule events:PutRule events:PutTargets on [events:rule/StepFunctionsGetEventsForBatchJobsRule]',
      'sqs:SendMessage on [sqs:ingest-failures]',
      'events:PutEvents on [events:event-bus/default]',
      'logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups logs:DescribeResourcePolicies ' +
        'logs:GetLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:UpdateLogDelivery on [*]',
    ]);
    const { inputs, options } = only(resources, 'aws:sfn/stateMachine:StateMachine');
    expect(shorten(inputs.roleArn)).to.equal('iam:role/ingest-state-machine');
    expect(options.dependsOn).to.include('ingest-state-machine-policy');
    const [trust] = statements(
      only(resources, 'aws:iam/role:Role', 'ingest-state-machine').inputs.assumeRolePolicy,
    );
    expect(trust).to.deep.include({
      Principal: { Service: 'states.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:states:us-east-1:123456789012:stateMachine:*' },
      },
    });
  });
});
