import { parseSchedule } from '../../contract/cron.ts';
import { skippedDays } from '../../contract/cron-times.ts';
import { type Inputs, type Rule, statementsOf } from './rule.ts';

const machine = 'aws:sfn/stateMachine:StateMachine';
const job = 'aws:batch/jobDefinition:JobDefinition';
const queue = 'aws:sqs/queue:Queue';
const queuePolicy = 'aws:sqs/queuePolicy:QueuePolicy';
const target = 'aws:cloudwatch/eventTarget:EventTarget';
const schedule = 'aws:scheduler/schedule:Schedule';

/** Calls of the SDK that change nothing. */
const readingCall = /:aws-sdk:\w+:(describe|get|list)\w+$/;

/** False also for what is no schedule of many runs, or none that we can read: whether AWS takes it is another matter. */
function skipsDays(expression: string, timeZone: string): boolean {
  try {
    return skippedDays(parseSchedule(expression), timeZone).length > 0;
  } catch {
    return false;
  }
}

const secretName = /(KEY|SECRET|PASSWORD|TOKEN|CREDENTIAL)/;
function container(
  ids: string[],
  level: Rule['level'],
  requires: string,
  holds: (container: Inputs) => boolean,
): Rule {
  return {
    ids,
    level,
    requires,
    violations: (resources) =>
      resources.failing(job, ({ containerProperties }) => holds(JSON.parse(containerProperties))),
  };
}

/** Queues without a policy that holds, by the URL that the policy names. */
function queueWithout(holds: (inputs: Inputs) => boolean): Rule['violations'] {
  return (resources) => {
    const served = resources
      .of(queuePolicy)
      .filter(({ inputs }) => holds(inputs))
      .map(({ name }) => name);
    return resources
      .of(queue)
      .map(({ name }) => name)
      .filter((name) => !served.includes(name));
  };
}

export const pipelineRules: Rule[] = [
  {
    ids: ['StepFunctions.1'],
    level: 'baseline',
    requires: 'state machines log',
    violations: (resources) =>
      resources.failing(
        machine,
        ({ loggingConfiguration: logs }) =>
          logs?.logDestination !== undefined && ['ALL', 'ERROR', 'FATAL'].includes(logs.level),
      ),
  },
  {
    ids: ['CKV_AWS_284'],
    level: 'production',
    requires: 'state machines trace',
    violations: (resources) =>
      resources.failing(machine, ({ tracingConfiguration }) => tracingConfiguration?.enabled === true),
  },
  container(['CKV_AWS_210'], 'baseline', 'no job is privileged', ({ privileged }) => privileged !== true),
  container(
    ['own-job-user'],
    'baseline',
    'jobs run as another user than root, on a read-only root file system',
    ({ user, readonlyRootFilesystem }) =>
      !/^(root|0)?(:|$)/.test(user ?? '') && readonlyRootFilesystem === true,
  ),
  container(
    ['own-job-secrets'],
    'baseline',
    'secrets are not in the environment of jobs',
    ({ environment = [] }) => !environment.some(({ name }: Inputs) => secretName.test(name)),
  ),
  container(['own-job-digest'], 'baseline', 'images of jobs are named by digest', ({ image }) =>
    /@sha256:[0-9a-f]{64}$/.test(image),
  ),
  container(
    ['own-job-roles'],
    'baseline',
    'the role that starts a job is not the job’s own',
    ({ executionRoleArn, jobRoleArn }) => jobRoleArn !== undefined && executionRoleArn !== jobRoleArn,
  ),
  container(
    ['own-job-address'],
    'production',
    'jobs have no public address',
    ({ networkConfiguration }) => networkConfiguration?.assignPublicIp !== 'ENABLED',
  ),
  {
    ids: ['own-job-limits'],
    level: 'baseline',
    requires: 'every job has a timeout and says after which ends Batch starts it again; Batch has no default',
    violations: (resources) =>
      resources.failing(job, ({ timeout, retryStrategy }) => {
        const conditions = retryStrategy?.evaluateOnExits ?? [];
        return timeout?.attemptDurationSeconds >= 60 && conditions.length > 0 && conditions.length <= 5;
      }),
  },
  {
    ids: ['own-job-revisions'],
    level: 'baseline',
    requires: 'a release keeps earlier revisions for the jobs that were submitted with them',
    violations: (resources) =>
      resources.failing(job, ({ deregisterOnNewRevision }) => deregisterOnNewRevision === false),
  },
  {
    ids: ['own-stuck-jobs'],
    level: 'baseline',
    requires: 'a job that can never start is cancelled, so that it does not block its queue',
    violations: (resources) =>
      resources.failing(
        'aws:batch/jobQueue:JobQueue',
        ({ jobStateTimeLimitActions = [] }) => jobStateTimeLimitActions.length > 0,
      ),
  },
  {
    ids: ['own-event-target'],
    level: 'baseline',
    requires: 'a rule retries its events and sends those that fail to a dead-letter queue',
    violations: (resources) =>
      resources.failing(
        target,
        ({ deadLetterConfig, retryPolicy }) =>
          deadLetterConfig?.arn !== undefined && retryPolicy?.maximumRetryAttempts > 0,
      ),
  },
  {
    ids: ['own-schedule-target'],
    level: 'baseline',
    requires:
      'a schedule that starts something retries, and sends what it could not start to a dead-letter queue',
    violations: (resources) =>
      resources.failing(
        schedule,
        ({ target: { arn, deadLetterConfig, retryPolicy } }) =>
          readingCall.test(arn) ||
          (deadLetterConfig?.arn !== undefined && retryPolicy?.maximumRetryAttempts > 0),
      ),
  },
  {
    ids: ['own-schedule-clock'],
    level: 'baseline',
    requires:
      'a schedule has a run on each of its days, also when the clock is put forward: from 3:00 on, or in Etc/UTC',
    violations: (resources) =>
      resources.failing(
        schedule,
        ({ scheduleExpression, scheduleExpressionTimezone = 'Etc/UTC' }) =>
          !skipsDays(scheduleExpression, scheduleExpressionTimezone),
      ),
  },
  {
    ids: ['SQS.1', 'CKV_AWS_27'],
    level: 'baseline',
    requires: 'queues encrypt',
    violations: (resources) =>
      resources.failing(
        queue,
        ({ sqsManagedSseEnabled, kmsMasterKeyId }) =>
          sqsManagedSseEnabled === true || kmsMasterKeyId !== undefined,
      ),
  },
  {
    ids: ['Sol-SQS4'],
    level: 'baseline',
    requires: 'queues refuse plaintext',
    violations: queueWithout(({ policy }) =>
      statementsOf(policy).some(
        ({ Effect, Condition }) =>
          Effect === 'Deny' && String(Condition?.Bool?.['aws:SecureTransport']) === 'false',
      ),
    ),
  },
  {
    ids: ['own-private-queue'],
    level: 'baseline',
    requires: 'no queue policy admits every principal, and a service only for a resource or account',
    violations: (resources) =>
      resources.failing(queuePolicy, ({ policy }) =>
        statementsOf(policy).every(
          ({ Effect, Principal, Condition }) =>
            Effect === 'Deny' ||
            (!JSON.stringify(Principal ?? '').includes('"*"') &&
              JSON.stringify(Condition ?? {}).includes('aws:Source')),
        ),
      ),
  },
  {
    ids: ['Sol-SQS3'],
    level: 'baseline',
    requires: 'a queue has a dead-letter queue, or is one',
    violations: (resources) => {
      const deadLetters = [
        ...resources.of(target).map(({ inputs }) => String((inputs as Inputs).deadLetterConfig?.arn)),
        ...resources
          .of(schedule)
          .map(({ inputs }) => String((inputs as Inputs).target?.deadLetterConfig?.arn)),
        ...resources.of(queue).map(({ inputs }) => String(inputs.redrivePolicy)),
      ];
      return resources.failing(
        queue,
        ({ redrivePolicy }, { name }) =>
          redrivePolicy !== undefined || deadLetters.some((arn) => arn.includes(`:${name}-`)),
      );
    },
  },
];
