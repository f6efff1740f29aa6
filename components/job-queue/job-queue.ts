import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Grantee, grantTo } from '../grants.ts';
import { type PolicyStatement, policyDocument, regionalArn } from '../iam.ts';
import { attachPolicy } from '../role-policy.ts';
import { assertValid } from '../validation.ts';
import type { JobQueueArgs } from './args.ts';
import { createBlockedAlarm } from './blocked.ts';
import { type Scope, withDefaults } from './defaults.ts';
import { createQueues } from './environment.ts';
import { createJobDefinition } from './job-definition.ts';
import { createRoles } from './roles.ts';
import { problems } from './validate.ts';

/**
 * Container jobs on Fargate (AWS Batch). Each runs in its own container, with a role of its kind; `maxVcpus` limits how
 * many run at once.
 *
 * ```ts
 * const queue = new JobQueue('reports', {
 *   placement: network.placement,
 *   image: image.reference,
 *   maxVcpus: 8,
 *   jobs: [{ name: 'daily', command: ['node', 'daily.js'], timeoutSeconds: 900 }],
 * });
 * ```
 *
 * **Costs** nothing at rest (with `alarmActionArns` 0.10 USD a month). A job of ¼ ARM vCPU and ½ GB costs 0.01 USD an
 * hour, a public address 0.005 more; Spot takes about a third.
 *
 * **Open to** nothing: no connection to a job is possible. Jobs may connect to TCP 443 anywhere unless `placement` says
 * otherwise.
 *
 * **Releases** disturb no job: it runs the revision that it was submitted with. Only a new compute environment (another
 * VPC, or a change of `spot`) replaces the queue, which ends the jobs of the old one.
 *
 * Children are called `<name>-<role>`: `-environment`, `-queue`, `-tasks` (the security group), `-to-<egress>`, `-logs`,
 * `-execution`, for each job `-<job>` (its definition, and its role), with alarms `-blocked`, with `onDemandFallback`
 * `-environment-on-demand` and `-queue-on-demand`.
 *
 * @throws an error that lists every problem of the arguments
 */
export class JobQueue extends pulumi.ComponentResource {
  readonly queueArn: pulumi.Output<string>;
  readonly queueName: pulumi.Output<string>;
  /** The queue for jobs that found no capacity on Spot; undefined without `onDemandFallback`. */
  readonly onDemandQueueArn: pulumi.Output<string> | undefined;
  /** ARN of each kind's job definition, with its revision, by the kind's name. */
  readonly jobDefinitionArns: pulumi.Output<{ [name: string]: string }>;
  readonly queue: aws.batch.JobQueue;
  readonly computeEnvironment: aws.batch.ComputeEnvironment;
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly executionRole: aws.iam.Role;
  readonly logGroup: aws.cloudwatch.LogGroup;
  /** The alarm on jobs that block the queue; undefined without `alarmActionArns`. */
  readonly blockedAlarm: aws.cloudwatch.MetricAlarm | undefined;
  /** The policy that `grantSubmit` gives on all kinds of jobs, as JSON. */
  readonly submitPolicyJson: pulumi.Output<string>;

  constructor(name: string, args: JobQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = withDefaults(args);
    assertValid('JobQueue', name, problems(name, settings));
    super('trellis:index:JobQueue', name, {}, opts);
    const scope: Scope = {
      name,
      settings,
      tags: settings.tags,
      keyArn: settings.keyArn,
      child: { parent: this },
    };
    const logGroup = createLogGroup(scope);
    const roles = createRoles(scope, logGroup);
    const { queue, environment, onDemandQueue, securityGroup } = createQueues(scope);
    const definitions = settings.jobs.map((job): [string, aws.batch.JobDefinition] => [
      job.name,
      createJobDefinition(scope, job, roles, logGroup),
    ]);

    hidden.set(this, { name, roles: roles.jobs, definitions: new Map(definitions) });
    this.queueArn = queue.arn;
    this.queueName = queue.name;
    this.onDemandQueueArn = onDemandQueue?.arn;
    this.jobDefinitionArns = pulumi.output(
      Object.fromEntries(definitions.map(([job, { arn }]) => [job, arn])),
    );
    this.queue = queue;
    this.computeEnvironment = environment;
    this.securityGroup = securityGroup;
    this.executionRole = roles.execution;
    this.logGroup = logGroup;
    this.blockedAlarm = createBlockedAlarm(
      scope,
      [queue, onDemandQueue].filter((one) => one !== undefined),
    );
    this.submitPolicyJson = policyDocument(callerStatements(this));
    this.registerOutputs({ queueArn: this.queueArn, jobDefinitionArns: this.jobDefinitionArns });
  }

  /**
   * Gives the code of one kind of job further permissions, on resources that are made after the queue.
   *
   * @param job name of the kind
   * @param name names the policy (`<queue>-<job>-<name>`)
   * @throws when the queue has no such job
   */
  grantJobRole(job: string, name: string, statements: PolicyStatement[]): aws.iam.RolePolicy {
    const { name: queue, roles } = hiddenOf(this);
    const role = found(queue, roles, job).name;
    return attachPolicy(`${queue}-${job}-${name}`, role, statements, { parent: this });
  }

  /**
   * Lets a role submit jobs, follow them and stop them. A state machine that waits for jobs needs `submitStatements`.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>-submit`
   * @param jobs names of the kinds; all of them unless given
   * @throws when the queue has no such job
   */
  grantSubmit(grantee: string, role: Grantee, jobs?: string[]): aws.iam.RolePolicy {
    return grantTo(this, `${hiddenOf(this).name}-${grantee}-submit`, role, callerStatements(this, jobs));
  }

  /**
   * The permissions that a state machine needs to run jobs and to wait for them (`batch:submitJob.sync`).
   *
   * @param jobs names of the kinds; all of them unless given
   * @throws when the queue has no such job
   */
  submitStatements(jobs?: string[]): PolicyStatement[] {
    const { name, definitions } = hiddenOf(this);
    const child = { parent: this };
    return [
      {
        sid: 'SubmitJobs',
        actions: ['batch:SubmitJob'],
        // Every revision, since an execution that began before a release submits the revision that it began with.
        resources: [
          this.queueArn,
          ...(this.onDemandQueueArn === undefined ? [] : [this.onDemandQueueArn]),
          ...(jobs ?? [...definitions.keys()]).map(
            (job) => pulumi.interpolate`${found(name, definitions, job).arnPrefix}:*`,
          ),
        ],
      },
      // A job gets its id when it is submitted, so no policy can name it.
      { sid: 'StopJobs', actions: ['batch:TerminateJob'], resources: [regionalArn('batch', 'job/*', child)] },
      // `*`: see accountWideActions.
      { sid: 'FollowJobs', actions: ['batch:DescribeJobs'], resources: ['*'] },
      {
        sid: 'HearOfJobs',
        actions: ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'],
        // Step Functions' own rule, which tells it that a job has ended.
        resources: [regionalArn('events', 'rule/StepFunctionsGetEventsForBatchJobsRule', child)],
      },
    ];
  }
}

/** What a caller needs that asks Batch itself how its jobs are, and is not told by an event. */
function callerStatements(queue: JobQueue, jobs?: string[]): PolicyStatement[] {
  return queue.submitStatements(jobs).filter(({ sid }) => sid !== 'HearOfJobs');
}

/** What the methods need. It is kept outside of the class, because every field of a component becomes an output in the
 * schema for other languages. */
interface Hidden {
  name: string;
  roles: Map<string, aws.iam.Role>;
  definitions: Map<string, aws.batch.JobDefinition>;
}

const hidden = new WeakMap<JobQueue, Hidden>();

function hiddenOf(queue: JobQueue): Hidden {
  return hidden.get(queue) as Hidden;
}

function found<T>(queue: string, kinds: Map<string, T>, job: string): T {
  const kind = kinds.get(job);
  if (kind !== undefined) return kind;
  throw new Error(`JobQueue "${queue}": there is no job "${job}", only ${[...kinds.keys()].join(', ')}`);
}

function createLogGroup({ name, settings, tags, child }: Scope): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    { retentionInDays: settings.logRetentionDays, kmsKeyId: settings.logKeyArn ?? settings.keyArn, tags },
    child,
  );
}
