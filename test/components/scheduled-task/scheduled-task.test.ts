import { expect } from 'chai';
import { ScheduledTask, type ScheduledTaskArgs } from '../../../components/scheduled-task/index.ts';
import { findings } from '../../../stacks/policy/index.ts';
import { image, placement } from '../job-queue/fixture.ts';
import { children, ofType, only, type PlannedResource, record, resolved, statements } from '../mocks.ts';

const topic = 'arn:aws:sns:us-east-1:123456789012:alarms';
const keyArn = 'arn:aws:kms:us-east-1:123456789012:key/1';
const alarmType = 'aws:cloudwatch/metricAlarm:MetricAlarm';

async function planned(args: Partial<ScheduledTaskArgs> = {}) {
  const texts: Record<string, string> = {};
  const { resources } = await record(async () => {
    const task = new ScheduledTask('nightly', {
      schedule: 'cron(0 3 * * ? *)',
      timeZone: 'Europe/Berlin',
      placement,
      image: { uri: image },
      ...args,
    });
    task.grantStart('console', 'console-role');
    texts.start = await resolved(task.startPolicyJson);
    task.grantTaskRole('prices', [{ actions: ['dynamodb:GetItem'], resources: ['arn:table'] }]);
    texts.runCommand = await resolved(task.runCommand);
    texts.logGroup = await resolved(task.runs.logGroupName);
    texts.query = task.runs.query;
    texts.alarms = String(task.alarmArns.length);
  });
  return { resources, texts };
}

async function refusal(args: Partial<ScheduledTaskArgs>): Promise<string> {
  try {
    await planned(args);
  } catch (error) {
    return String(error);
  }
  return 'accepted';
}

const alarm = (resources: PlannedResource[], role: string) =>
  only(resources, alarmType, `nightly-${role}`).inputs as Record<string, never>;

describe('ScheduledTask', () => {
  it('has exactly these children', async () => {
    const { resources } = await planned({ alarmActionArns: [topic] });
    expect(children(resources, 'nightly')).to.deep.equal([
      'aws:cloudwatch/logGroup:LogGroup nightly-executions',
      `${alarmType} nightly-failed`,
      `${alarmType} nightly-missed`,
      `${alarmType} nightly-not-started`,
      `${alarmType} nightly-slow`,
      'aws:iam/role:Role nightly-schedule',
      'aws:iam/role:Role nightly-state-machine',
      'aws:iam/rolePolicy:RolePolicy nightly-console-start',
      'aws:iam/rolePolicy:RolePolicy nightly-schedule',
      'aws:iam/rolePolicy:RolePolicy nightly-state-machine-former-run',
      'aws:iam/rolePolicy:RolePolicy nightly-state-machine-policy',
      'aws:scheduler/schedule:Schedule nightly-schedule',
      'aws:sfn/stateMachine:StateMachine nightly-state-machine',
      'trellis:index:DataStore nightly-record',
      'trellis:index:JobQueue nightly-jobs',
      'trellis:index:Queue nightly-dead-letters',
    ]);
  });

  it('starts the machine at its times, with the time, and keeps what it could not start', async () => {
    const { resources } = await planned();
    const { inputs } = only(resources, 'aws:scheduler/schedule:Schedule');
    expect(inputs).to.deep.include({
      scheduleExpression: 'cron(0 3 * * ? *)',
      scheduleExpressionTimezone: 'Europe/Berlin',
      flexibleTimeWindow: { mode: 'OFF' },
      state: 'ENABLED',
    });
    expect(inputs.target).to.deep.include({
      input: '{"scheduled_time":"<aws.scheduler.scheduled-time>"}',
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
    });
    const policy = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'nightly-schedule').inputs.policy;
    expect(statements(policy).map(({ Action }) => Action)).to.deep.equal([
      ['states:StartExecution'],
      ['sqs:SendMessage'],
    ]);
    const { state } = only(
      (await planned({ enabled: false })).resources,
      'aws:scheduler/schedule:Schedule',
    ).inputs;
    expect(state).to.equal('DISABLED');
  });

  it('runs the job of this revision, in its size and with its limit', async () => {
    const { resources } = await planned({
      size: { cpu: 512, memory: 1024 },
      timeLimitSeconds: 900,
      retries: 1,
    });
    const { definition, loggingConfiguration } = only(resources, 'aws:sfn/stateMachine:StateMachine').inputs;
    expect(loggingConfiguration).to.deep.include({ level: 'ALL' });
    const { States } = JSON.parse(String(definition));
    expect(States.NewScheduledRun.Parameters.job).to.deep.equal({
      vcpu: '0.5',
      memory: '1024',
      timeout: 900,
    });
    expect(States.Run.Parameters.JobDefinition).to.match(/^arn:.*nightly-jobs-run/);
    expect(States.Run.Parameters.JobQueue).to.match(/^arn:.*nightly-jobs-queue/);
    expect(States.TakeScheduledRun.Parameters.TableName).to.match(/^nightly-record-table/);
    expect(States.Run.Retry.at(-1).MaxAttempts).to.equal(1);
    expect(
      only(resources, 'aws:batch/computeEnvironment:ComputeEnvironment').inputs.computeResources,
    ).to.deep.include({
      maxVcpus: 1,
    });
    expect(only(resources, 'aws:batch/jobDefinition:JobDefinition').inputs).to.deep.include({
      timeout: { attemptDurationSeconds: 900 },
    });
  });

  it('lets the machine use its record and its queue, and ask for its own executions', async () => {
    const { resources } = await planned();
    const policy = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'nightly-state-machine-policy').inputs
      .policy;
    const [record] = statements(policy);
    expect(record).to.deep.include({ Sid: 'HoldTask', Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'] });
    const [ask] = statements(
      only(resources, 'aws:iam/rolePolicy:RolePolicy', 'nightly-state-machine-former-run').inputs.policy,
    );
    expect(ask?.Action).to.deep.equal(['states:DescribeExecution']);
    expect(String(ask?.Resource)).to.match(/^arn:aws:states:[^*]*:execution:nightly-state-machine[^*]*:\*$/);
    const overlapping = (await planned({ overlap: true })).resources;
    expect(children(overlapping, 'nightly').filter((child) => child.includes('former-run'))).to.deep.equal(
      [],
    );
  });

  it('lets other roles start it, and its code use what comes after it', async () => {
    const { resources, texts } = await planned();
    const { role, policy } = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'nightly-console-start').inputs;
    expect(role).to.equal('console-role');
    expect(policy).to.equal(texts.start);
    expect(statements(policy).map(({ Action }) => Action)).to.deep.equal([['states:StartExecution']]);
    const added = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'nightly-jobs-run-prices').inputs;
    expect(String(added.role)).to.match(/^nightly-jobs-run/);
  });

  it('prints the command that runs it by hand, and the table of its last runs', async () => {
    const { texts } = await planned();
    expect(texts.runCommand).to.match(
      /^aws stepfunctions start-execution --region us-east-1 --state-machine-arn arn:aws:states:\S+nightly-state-machine\S* --name by-hand-\$\(date -u \+%Y%m%dT%H%M%SZ\)$/,
    );
    expect(texts.logGroup).to.match(/^\/aws\/vendedlogs\/states\/.*-nightly$/);
    expect(texts.query).to.contain('SucceedStateEntered').and.to.contain('sort @timestamp desc | limit 20');
  });

  it('has alarms only where there is somebody to tell', async () => {
    const silent = await planned();
    expect(ofType(silent.resources, alarmType)).to.deep.equal([]);
    expect(silent.texts.alarms).to.equal('0');
    const { resources, texts } = await planned({ alarmActionArns: [topic], timeLimitSeconds: 1200 });
    expect(texts.alarms).to.equal('4');
    expect(alarm(resources, 'slow')).to.deep.include({ metricName: 'ExecutionTime', threshold: 600_000 });
    expect(alarm(resources, 'not-started')).to.deep.include({
      threshold: 0,
      treatMissingData: 'notBreaching',
    });
    expect(alarm(resources, 'failed').metricQueries).to.have.length(4);
    expect(alarm(resources, 'missed')).to.deep.include({
      comparisonOperator: 'LessThanThreshold',
      threshold: 1,
      // The longest day has 25 hours.
      evaluationPeriods: 26,
      treatMissingData: 'breaching',
      alarmActions: [topic],
    });
  });

  it('waits for the next run where CloudWatch cannot look back, if there is somebody to tell', async () => {
    const monthly = { schedule: 'cron(0 3 1 * ? *)', timeZone: 'Etc/UTC' };
    const silent = await planned(monthly);
    expect(ofType(silent.resources, 'aws:sfn/stateMachine:StateMachine')).to.have.length(1);
    const { resources } = await planned({ ...monthly, alarmActionArns: [topic] });
    const machine = (name: string) =>
      JSON.parse(String(only(resources, 'aws:sfn/stateMachine:StateMachine', name).inputs.definition)).States;
    const { StateMachineArn } = machine('nightly-state-machine').WatchForNextRun.Parameters;
    expect(StateMachineArn).to.match(/:stateMachine:nightly-watch/);
    expect(machine('nightly-watch').WaitForNextRun.Seconds).to.equal(31 * 86_400 + 900);
    const { policy } = only(
      resources,
      'aws:iam/rolePolicy:RolePolicy',
      'nightly-state-machine-policy',
    ).inputs;
    expect(statements(policy).find(({ Sid }) => Sid === 'WatchForNextRun')?.Resource).to.deep.equal([
      StateMachineArn,
    ]);
    expect(alarm(resources, 'missed')).to.deep.include({
      metricName: 'ExecutionsFailed',
      dimensions: { StateMachineArn },
      threshold: 0,
      treatMissingData: 'notBreaching',
    });
  });

  it('breaks no rule of the policy, production included', async () => {
    for (const args of [{}, { keyArn, overlap: true, schedule: 'cron(0 3 1 * ? *)' }]) {
      const { resources } = await planned({
        alarmActionArns: [topic],
        tracing: true,
        deletionProtection: true,
        ...args,
      });
      expect(findings(resources, 'production')).to.deep.equal([]);
    }
  });

  it('lists every problem', async () => {
    const text = await refusal({
      schedule: 'cron(0 3 * * * *)',
      timeZone: '+01:00',
      timeLimitSeconds: 30,
      retries: 11,
      slowSeconds: 0,
      graceSeconds: 1,
      environment: { SCHEDULED_TIME: 'x' },
    });
    expect(text).to.contain('ScheduledTask "nightly":');
    for (const problem of [
      'schedule: cron(0 3 * * * *) must have ? as either day or weekday',
      'timeZone: "+01:00" is no IANA time zone',
      'timeLimitSeconds must be a whole number from 60 to 86400, not 30',
      'retries must be a whole number from 0 to 10, not 11',
      'slowSeconds must be a whole number',
      'graceSeconds must be a whole number',
      'environment: SCHEDULED_TIME is set by the component',
    ])
      expect(text).to.contain(problem);
    expect(await refusal({ size: { cpu: 256, memory: 1 } })).to.contain('is none of Fargate');
  });
});
