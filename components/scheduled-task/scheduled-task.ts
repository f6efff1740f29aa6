import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { taskTable } from '../../contract/scheduled-tasks.ts';
import { DataStore } from '../data-store/index.ts';
import { type Grantee, grantTo } from '../grants.ts';
import { type PolicyStatement, policyDocument } from '../iam.ts';
import { JobQueue } from '../job-queue/index.ts';
import { useKey } from '../key-use.ts';
import { createSchedule } from '../schedule.ts';
import { assertValid } from '../validation.ts';
import { createExecutionLog, createQueue } from '../workflow/index.ts';
import { createAlarms } from './alarms.ts';
import type { RunsQuery, ScheduledTaskArgs } from './args.ts';
import { type Scope, withDefaults } from './defaults.ts';
import { lastRuns } from './runs.ts';
import { createMachine, createWatch, jobAttempts, jobName } from './state-machine.ts';
import { problems } from './validate.ts';

/**
 * A container that runs at the times of a schedule, one run after the other, and tells when a run fails, is slow or was missed.
 * EventBridge Scheduler → Step Functions → Batch on Fargate.
 *
 * ```ts
 * const nightly = new ScheduledTask('nightly', {
 *   schedule: 'cron(0 3 * * ? *)',
 *   timeZone: 'Europe/Berlin',
 *   placement: network.jobPlacement,
 *   image: image.reference,
 *   command: ['node', 'nightly.js'],
 *   alarmActionArns: [topic.topicArn],
 * });
 * export const runNightly = nightly.runCommand;
 * ```
 *
 * **Costs** nothing at rest; with `alarmActionArns` 0.60 USD a month. A run costs 0.0002 USD
 * (some 7 state transitions) and its container 0.01 USD an hour in the smallest size.
 *
 * **Open to** nothing: no connection to the container is possible. Who may start the state machine may run it by hand.
 *
 * **The container** is told the time that its run stands for by `SCHEDULED_TIME` (`2026-03-29T01:00:00Z`); by hand it is the
 * time of the start. It exits with 0 when it is done. All attempts of a run have the same time, and one that was interrupted
 * may have done its work, so its effect must be idempotent: with the time as a key, say.
 *
 * **No overlap**: a run whose former one has not ended is skipped. A start that Scheduler delivers twice runs once.
 *
 * **A missed run** raises an alarm when none has begun for the longest time between two runs and `graceSeconds`. CloudWatch looks
 * back seven days, and until the first run the alarm is on; `runCommand` starts it. Of a task whose runs may be further apart an execution
 * waits, after each scheduled run, for the next one; there the alarm works from the first run on, up to a year between two.
 * With `--input '{"run_time":"2026-03-29T01:00:00Z"}'` a run by hand makes up for a missed one.
 *
 * **Releases** disturb no run: it goes on with the revision and image that it began with.
 *
 * Children: `<name>-jobs` (a `JobQueue`), `<name>-record` (a `DataStore` with one item: what runs, how the last run ended),
 * `<name>-dead-letters` (a `Queue`), `<name>-state-machine` (machine, role, policies), `<name>-executions` (its log), `<name>-watch` (where runs are
 * further apart than seven days; machine, role, policy),
 * `<name>-schedule` (schedule, role and policy), and with `alarmActionArns` `<name>-failed`, `-slow`, `-not-started`, `-missed`.
 *
 * @throws an error that lists every problem of the arguments
 */
export class ScheduledTask extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;
  readonly stateMachineName: pulumi.Output<string>;
  readonly scheduleName: pulumi.Output<string>;
  /** The command that runs the task by hand, for a shell. */
  readonly runCommand: pulumi.Output<string>;
  /** The last runs and how they ended, for the dashboard of a `Monitoring`. */
  readonly runs: RunsQuery;
  /** ARNs of the alarms, for the overview of a `Monitoring`. */
  readonly alarmArns: pulumi.Output<string>[];
  /** What the containers write. */
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly stateMachine: aws.sfn.StateMachine;
  readonly schedule: aws.scheduler.Schedule;
  readonly deadLetterQueueName: pulumi.Output<string>;
  /** The policy that `grantStart` gives, as JSON. */
  readonly startPolicyJson: pulumi.Output<string>;

  constructor(name: string, args: ScheduledTaskArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = withDefaults(args);
    assertValid('ScheduledTask', name, problems(name, settings));
    super('trellis:index:ScheduledTask', name, {}, opts);
    const { tags, keyArn } = settings;
    const scope: Scope = { name, settings, tags, keyArn, child: { parent: this } };

    const jobs = createJobs(scope);
    const record = createRecord(scope);
    const logKeyArn = settings.logKeyArn ?? keyArn;
    const executionLog = createExecutionLog(scope, settings.logRetentionDays, logKeyArn);
    const watch = createWatch(scope, { record, executionLog });
    const machine = createMachine(scope, { jobs, record, executionLog, watch });
    const deadLetters = createQueue(scope, 'dead-letters');
    const alarms = createAlarms(scope, machine, watch, deadLetters);

    hidden.set(this, { name, jobs });
    this.stateMachineArn = machine.arn;
    this.stateMachineName = machine.name;
    this.schedule = createStarts(scope, machine, deadLetters);
    this.scheduleName = this.schedule.name;
    this.runCommand = runByHand(machine, scope);
    this.runs = lastRuns(name, executionLog);
    this.alarmArns = alarms.map(({ arn }) => arn);
    this.logGroup = jobs.logGroup;
    this.stateMachine = machine;
    this.deadLetterQueueName = deadLetters.name;
    this.startPolicyJson = policyDocument(startStatements(machine.arn));
    this.registerOutputs({ stateMachineArn: this.stateMachineArn, runCommand: this.runCommand });
  }

  /**
   * Gives the container's code further permissions, on resources that are made after the task.
   *
   * @param name names the policy (`<task>-jobs-run-<name>`)
   */
  grantTaskRole(name: string, statements: PolicyStatement[]): aws.iam.RolePolicy {
    return hiddenOf(this).jobs.grantJobRole(jobName, name, statements);
  }

  /**
   * Lets a role run the task by hand, as `runCommand` does.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>-start`
   */
  grantStart(grantee: string, role: Grantee): aws.iam.RolePolicy {
    const { name } = hiddenOf(this);
    return grantTo(this, `${name}-${grantee}-start`, role, startStatements(this.stateMachineArn));
  }
}

function startStatements(stateMachineArn: pulumi.Output<string>): PolicyStatement[] {
  return [{ sid: 'StartRuns', actions: ['states:StartExecution'], resources: [stateMachineArn] }];
}

/** What the methods need. It is kept outside of the class, since Pulumi makes each field, private ones too, an output in
 * every language. */
interface Hidden {
  name: string;
  jobs: JobQueue;
}

const hidden = new WeakMap<ScheduledTask, Hidden>();

function hiddenOf(task: ScheduledTask): Hidden {
  return hidden.get(task) as Hidden;
}

function createJobs({ name, settings, child }: Scope): JobQueue {
  const { size, timeLimitSeconds } = settings;
  return new JobQueue(
    `${name}-jobs`,
    {
      placement: settings.placement,
      image: settings.image,
      // Room for a run by hand beside another one, where runs may overlap.
      maxVcpus: Math.max(1, Math.ceil((2 * size.cpu) / 1024)),
      jobs: [
        {
          name: jobName,
          command: settings.command,
          size,
          diskGiB: settings.diskGiB,
          timeoutSeconds: timeLimitSeconds,
          attempts: jobAttempts,
          permissions: settings.permissions,
          user: settings.user,
          environment: settings.environment,
          secrets: settings.secrets,
          writablePaths: settings.writablePaths,
        },
      ],
      secretKeyArns: settings.secretKeyArns,
      logRetentionDays: settings.logRetentionDays,
      logKeyArn: settings.logKeyArn,
      keyArn: settings.keyArn,
      tags: settings.tags,
    },
    child,
  );
}

/** The table of one item, which is read and written a few times a run. */
function createRecord({ name, settings, child }: Scope): DataStore {
  return new DataStore(
    `${name}-record`,
    {
      ...taskTable,
      maxReadUnits: 100,
      maxWriteUnits: 100,
      deletionProtection: settings.deletionProtection,
      keyArn: settings.keyArn,
      tags: settings.tags,
    },
    child,
  );
}

/** Scheduler tries for a day at most to start a run; the start then waits in the dead-letter queue. */
function createStarts(
  scope: Scope,
  machine: aws.sfn.StateMachine,
  deadLetters: aws.sqs.Queue,
): aws.scheduler.Schedule {
  const { name, settings, keyArn, child } = scope;
  return createSchedule(
    `${name}-schedule`,
    {
      description: `Starts the runs of ${name}`,
      schedule: {
        scheduleExpression: settings.schedule,
        scheduleExpressionTimezone: settings.timeZone,
        flexibleTimeWindow: { mode: 'OFF' },
        state: settings.enabled ? 'ENABLED' : 'DISABLED',
      },
      target: {
        arn: machine.arn,
        // Scheduler puts the time in place of the name.
        input: JSON.stringify({ scheduled_time: '<aws.scheduler.scheduled-time>' }),
        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: deadLetters.arn },
      },
      statements: [
        ...startStatements(machine.arn),
        { sid: 'KeepStarts', actions: ['sqs:SendMessage'], resources: [deadLetters.arn] },
        ...useKey(keyArn, 'send messages', child),
      ],
      tags: settings.tags,
    },
    child,
  );
}

/** Without input, which is what a run by hand is known by. */
function runByHand(machine: aws.sfn.StateMachine, { child }: Scope): pulumi.Output<string> {
  const { region } = aws.getRegionOutput({}, child);
  return pulumi.interpolate`aws stepfunctions start-execution --region ${region} --state-machine-arn ${machine.arn} --name by-hand-$(date -u +%Y%m%dT%H%M%SZ)`;
}
