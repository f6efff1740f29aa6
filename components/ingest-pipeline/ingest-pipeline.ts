import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Grantee, grantTo } from '../grants.ts';
import { type PolicyStatement, policyDocument } from '../iam.ts';
import { useKey } from '../key-use.ts';
import { assertValid } from '../validation.ts';
import { createQueue } from '../workflow/index.ts';
import { createAlarms } from './alarms.ts';
import type { IngestPipelineArgs } from './args.ts';
import { createArrivals } from './arrivals.ts';
import { createBucket, createCors } from './bucket.ts';
import { type Scope, withDefaults } from './defaults.ts';
import { createJobs } from './jobs.ts';
import { createNotification } from './notification.ts';
import { readStatements, startStatements, uploadStatements } from './permissions.ts';
import { createMachine } from './state-machine.ts';
import { problems } from './validate.ts';

/**
 * A bucket and a job for each file that arrives in it. The job has the size of the file's class; the number of jobs that
 * run at once is limited; a job that fails runs again, and a file that failed waits in a queue for a retry. S3 →
 * EventBridge → Step Functions → Batch on Fargate, without a function or server in between.
 *
 * ```ts
 * new IngestPipeline('ingest', {
 *   prefix: 'incoming/',
 *   kinds: ['prices'],
 *   ledgerTableName: ledger.tableName,
 *   ledgerTableArn: ledger.tableArn,
 *   placement: network.placement,
 *   image: image.reference,
 *   command: ['node', 'ingest.js'],
 *   variables: { id: 'ID', kind: 'KIND', key: 'KEY', version: 'VERSION', partial: 'PARTIAL', execution: 'EXECUTION', bucket: 'BUCKET' },
 *   sizeClasses: [{ name: 'Any', vcpu: 0.25, memoryMiB: 512, timeoutSeconds: 900 }],
 * });
 * ```
 *
 * **Costs** at rest the storage alone (0.023 USD per GB and month); with `alarmActionArns` 0.70 USD a month. A file
 * costs about 0.0005 USD beside its job's time (20 state transitions), the job 0.01 USD an hour in the smallest size.
 *
 * **Open to** the account alone: uploads need a presigned URL or a role, and nothing can connect to a job.
 *
 * **A job** gets the variables that `variables` names: its file's id in the ledger, kind, key, ETag, whether good rows of a
 * bad file are wanted, the execution that claimed the file, and the bucket. It reads the object with `If-Match`, since
 * another version may have arrived at the key. It ends by writing its outcome to the ledger's item `id`, on the
 * condition that `execution` there is still its own: `state` is `committed` or `rejected`, `reason` says why. Then it
 * exits 0. After any other exit code, and when it is killed, it runs again, up to `attempts` times in all; so it must be
 * safe to repeat. A job that exits 0 without an outcome has failed. `test/local/ingest/shell-job.sh` is one in ten lines.
 *
 * **A file is retracted** by an execution with the input `{source: 'trellis.retraction', detail: {ingest_id, requested_at,
 * object: {key, size, etag}}}`, for an item of the ledger with the state `retracting` and the same `retraction_requested_at`. It runs the job
 * with the kind `retraction`, which sets the state `retracted`; when the job fails the file is `committed` again.
 *
 * **Every end** of a file is published on the default event bus at least once, with the source `trellis.ingest` and an
 * `announcement_id` that is the same in all copies.
 *
 * **Another workflow** can be given as `definition`. Bucket, queues, permissions and events stay the same.
 *
 * **Exactly once**: an event that arrives twice finds the file claimed in the ledger. When an execution is aborted or
 * takes more than a year, Step Functions' event about it starts another one, which marks the file failed.
 *
 * **Releases** disturb no file: executions go on with the definition, revision and image that they began with.
 *
 * Children are called `<name>-<role>`: `-files` (PrivateBucket), `-notification`, `-cors`, `-failures`,
 * `-dead-letters`, `-jobs` (JobQueue), `-executions` (log group), `-state-machine`, `-created`, `-ended`, `-start` (role),
 * with a receiver `-failed` and `-notify` (role), with alarms `-failures`, `-dead-letters`, `-backlog`, `-executions`; for
 * each grant `<name>-<grantee>-upload`, `-read` or `-start` (aws:iam/rolePolicy:RolePolicy).
 *
 * @throws an error that lists every problem of the arguments
 */
export class IngestPipeline extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** Host of presigned URLs, for the content security policy of pages that upload. */
  readonly bucketRegionalDomainName: pulumi.Output<string>;
  readonly stateMachineArn: pulumi.Output<string>;
  readonly stateMachineName: pulumi.Output<string>;
  /** Each failed file is a message here: `{ingest_id, key, version, execution, reason}`. */
  readonly failureQueueUrl: pulumi.Output<string>;
  readonly failureQueueName: pulumi.Output<string>;
  /** Name of the dead-letter queue: events that could neither start an execution nor be sent to the receiver. */
  readonly undeliveredQueueName: pulumi.Output<string>;
  readonly jobQueueName: pulumi.Output<string>;
  readonly jobQueueArn: pulumi.Output<string>;
  /** ARNs of the pipeline's alarms; empty without `alarmActionArns`. */
  readonly alarmArns: pulumi.Output<string>[];
  /** Where the jobs' logs go. */
  readonly jobLogGroup: aws.cloudwatch.LogGroup;
  readonly stateMachine: aws.sfn.StateMachine;
  /** The policy that `grantUpload` gives, as JSON. */
  readonly uploadPolicyJson: pulumi.Output<string>;
  /** The policy that `grantRead` gives, as JSON. */
  readonly readPolicyJson: pulumi.Output<string>;
  /** The policy that `grantStart` gives, as JSON. */
  readonly startPolicyJson: pulumi.Output<string>;

  constructor(name: string, args: IngestPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = withDefaults(args);
    assertValid('IngestPipeline', name, problems(name, settings));
    super('trellis:index:IngestPipeline', name, {}, opts);
    const scope: Scope = {
      name,
      settings,
      tags: settings.tags,
      keyArn: settings.keyArn,
      child: { parent: this },
    };

    const bucket = createBucket(scope);
    const failures = createQueue(scope, 'failures');
    // The queue's policy names the rules, and the rules' targets name the queue.
    const [rules, admit] = pulumi.deferredOutput<string[]>();
    const deadLetters = createQueue(scope, 'dead-letters', { rules, formerRole: 'undelivered' });
    const jobs = createJobs(scope, bucket);
    const stateMachine = createMachine(scope, jobs, failures);
    const arrivals = createArrivals(scope, bucket.bucketName, stateMachine.arn, deadLetters);
    const failed = createNotification(scope, stateMachine.arn, deadLetters);
    admit(pulumi.all([...arrivals, ...(failed === undefined ? [] : [failed])].map(({ arn }) => arn)));
    const alarms = createAlarms(scope, { stateMachineArn: stateMachine.arn, failures, deadLetters });

    scopes.set(this, scope);
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.bucketArn;
    this.bucketRegionalDomainName = bucket.bucket.bucketRegionalDomainName;
    this.stateMachineArn = stateMachine.arn;
    this.stateMachineName = stateMachine.name;
    this.failureQueueUrl = failures.url;
    this.failureQueueName = failures.name;
    this.undeliveredQueueName = deadLetters.name;
    this.jobQueueName = jobs.queueName;
    this.jobQueueArn = jobs.queueArn;
    this.alarmArns = [...alarms, jobs.blockedAlarm]
      .filter((alarm) => alarm !== undefined)
      .map(({ arn }) => arn);
    this.jobLogGroup = jobs.logGroup;
    this.stateMachine = stateMachine;
    this.uploadPolicyJson = policyDocument(this.uploadStatements());
    this.readPolicyJson = policyDocument(this.readStatements());
    this.startPolicyJson = policyDocument(this.startStatements());
    this.registerOutputs({
      bucketName: this.bucketName,
      stateMachineArn: this.stateMachineArn,
      failureQueueUrl: this.failureQueueUrl,
    });
  }

  /**
   * Lets pages of these origins upload, as `origins` does, for sites that are made after the pipeline.
   *
   * @throws when the pipeline was given `origins`: a bucket has one such configuration
   */
  allowOrigins(origins: pulumi.Input<string>[]): void {
    const scope = scopeOf(this);
    if (scope.settings.origins !== undefined) {
      throw new Error(`IngestPipeline "${scope.name}": it was given origins already`);
    }
    createCors(scope, this.bucketName, origins);
  }

  /**
   * Lets a role upload files, in parts too.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>-upload`
   */
  grantUpload(grantee: string, role: Grantee): aws.iam.RolePolicy {
    return grantTo(this, `${scopeOf(this).name}-${grantee}-upload`, role, this.uploadStatements());
  }

  /**
   * Lets a role read files and what jobs wrote below `outputPrefixes`, and tell a missing one.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>-read`
   */
  grantRead(grantee: string, role: Grantee): aws.iam.RolePolicy {
    return grantTo(this, `${scopeOf(this).name}-${grantee}-read`, role, this.readStatements());
  }

  /**
   * Lets a role start the ingest of a file again, or its retraction.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>-start`
   */
  grantStart(grantee: string, role: Grantee): aws.iam.RolePolicy {
    return grantTo(this, `${scopeOf(this).name}-${grantee}-start`, role, this.startStatements());
  }

  /** The permission of `grantUpload` as statements, for components that put all statements of a role into one policy. */
  uploadStatements(): PolicyStatement[] {
    return [
      ...uploadStatements(scopeOf(this), this.bucketArn),
      ...useKey(scopeOf(this).keyArn, 'write objects', { parent: this }),
    ];
  }

  /** The permission of `grantRead` as statements. */
  readStatements(): PolicyStatement[] {
    return [
      ...readStatements(scopeOf(this), this.bucketArn),
      ...useKey(scopeOf(this).keyArn, 'read objects', { parent: this }),
    ];
  }

  /** The permission of `grantStart` as statements. */
  startStatements(): PolicyStatement[] {
    return startStatements(this.stateMachineArn);
  }

  /** All three as statements: what a service needs to sign uploads, to see whether they have arrived, to sign reads of
   * what jobs wrote, and to start the ingest of a file again. */
  serviceStatements(): PolicyStatement[] {
    const scope = scopeOf(this);
    return [
      ...uploadStatements(scope, this.bucketArn),
      ...readStatements(scope, this.bucketArn),
      ...startStatements(this.stateMachineArn),
      // It permits reading too.
      ...useKey(scope.keyArn, 'write objects', { parent: this }),
    ];
  }
}

/** What the methods need. It is kept outside of the class, because every field of a component becomes an output in the
 * schema for other languages. */
const scopes = new WeakMap<IngestPipeline, Scope>();

function scopeOf(pipeline: IngestPipeline): Scope {
  return scopes.get(pipeline) as Scope;
}
