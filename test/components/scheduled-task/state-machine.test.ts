import { expect } from 'chai';
import { ScheduledTask } from '../../../components/scheduled-task/index.ts';
import { isAllowed } from '../../support/permissions.ts';
import { image, placement } from '../job-queue/fixture.ts';
import { only, type PlannedResource, record } from '../mocks.ts';

interface Call {
  action: string;
  resource: string;
}

// biome-ignore lint/suspicious/noExplicitAny: parameters of any service.
type Parameters = Record<string, any>;

const account = 'us-east-1:123456789012';

/** What Step Functions calls for a Task state, of each resource that our machines use. */
const calls: Record<string, (parameters: Parameters) => Call[]> = {
  'dynamodb:getItem': ({ TableName }) => [
    { action: 'dynamodb:GetItem', resource: `arn:aws:dynamodb:${account}:table/${TableName}` },
  ],
  'dynamodb:updateItem': ({ TableName }) => [
    { action: 'dynamodb:UpdateItem', resource: `arn:aws:dynamodb:${account}:table/${TableName}` },
  ],
  'aws-sdk:sfn:describeExecution': () => [
    { action: 'states:DescribeExecution', resource: executionOf('nightly-state-machine') },
  ],
  'states:startExecution': ({ StateMachineArn }) => [
    { action: 'states:StartExecution', resource: StateMachineArn },
  ],
  'batch:submitJob.sync': ({ JobQueue, JobDefinition }) => [
    { action: 'batch:SubmitJob', resource: JobQueue },
    { action: 'batch:SubmitJob', resource: JobDefinition },
    { action: 'batch:TerminateJob', resource: `arn:aws:batch:${account}:job/1` },
  ],
};

let resources: PlannedResource[];

const machineOf = (name: string) => only(resources, 'aws:sfn/stateMachine:StateMachine', name);

function executionOf(machine: string): string {
  const { policy } = only(resources, 'aws:iam/rolePolicy:RolePolicy', `${machine}-former-run`).inputs;
  return JSON.parse(String(policy)).Statement[0].Resource[0].replace('*', 'run-1');
}

function tasksOf(machine: string): Call[] {
  const { States } = JSON.parse(String(machineOf(machine).inputs.definition)) as {
    States: Record<string, { Type: string; Resource?: string; Parameters?: Parameters }>;
  };
  return Object.values(States)
    .filter(({ Type }) => Type === 'Task')
    .flatMap(({ Resource = '', Parameters = {} }) => {
      const call = calls[Resource.replace('arn:aws:states:::', '')];
      if (call === undefined) throw new Error(`say what ${Resource} calls`);
      return call(Parameters);
    });
}

/** Whether one of a role's policies allows it. */
async function isGranted(policies: string[], call: Call): Promise<boolean> {
  for (const name of policies) {
    const { policy } = only(resources, 'aws:iam/rolePolicy:RolePolicy', name).inputs;
    if (await isAllowed({ ...call, policy: String(policy) })) return true;
  }
  return false;
}

describe('the roles of a ScheduledTask', () => {
  before(async () => {
    ({ resources } = await record(
      () =>
        void new ScheduledTask('nightly', {
          // So rarely that an execution waits for the next run.
          schedule: 'cron(0 3 1 * ? *)',
          placement,
          image: { uri: image },
          alarmActionArns: [`arn:aws:sns:${account}:alarms`],
        }),
    ));
  });

  const machines: Record<string, string[]> = {
    'nightly-state-machine': ['nightly-state-machine-policy', 'nightly-state-machine-former-run'],
    'nightly-watch': ['nightly-watch-policy'],
  };
  for (const [machine, policies] of Object.entries(machines))
    it(`let ${machine} do each of its tasks`, async () => {
      const all = tasksOf(machine);
      expect(all.length).to.be.at.least(1);
      for (const call of all)
        expect(await isGranted(policies, call), `${call.action} ${call.resource}`).to.equal(true);
    });

  it('let the schedule start this machine and no other, and keep what it could not start', async () => {
    const { target } = only(resources, 'aws:scheduler/schedule:Schedule').inputs as {
      target: { arn: string; deadLetterConfig: { arn: string } };
    };
    const granted = (action: string, resource: string) =>
      isGranted(['nightly-schedule'], { action, resource });
    expect(await granted('states:StartExecution', target.arn)).to.equal(true);
    expect(await granted('sqs:SendMessage', target.deadLetterConfig.arn)).to.equal(true);
    expect(await granted('states:StartExecution', `${target.arn}-other`)).to.equal(false);
  });

  it('ask for executions of the task alone, and write no record while they wait', async () => {
    const ask = {
      action: 'states:DescribeExecution',
      resource: `arn:aws:states:${account}:execution:other:1`,
    };
    expect(await isGranted(machines['nightly-state-machine'] as string[], ask)).to.equal(false);
    const write = (tasksOf('nightly-state-machine').find(({ action }) => action === 'dynamodb:UpdateItem') ??
      {}) as Call;
    expect(await isGranted(['nightly-watch-policy'], write)).to.equal(false);
  });
});
