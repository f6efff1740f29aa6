import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { outputPrefix, resultObject } from '../../contract/scans.ts';
import { type Grantee, grantTo } from '../grants.ts';
import { type PolicyStatement, policyDocument } from '../iam.ts';
import { useKey } from '../key-use.ts';
import { PrivateBucket } from '../private-bucket/index.ts';
import { assertValid } from '../validation.ts';
import { createAlarms } from './alarms.ts';
import type { ScanPipelineArgs } from './args.ts';
import { problems, type Scope, withDefaults } from './defaults.ts';
import { createJobs } from './jobs.ts';
import { createMachines } from './machines.ts';
import { createRules } from './rules.ts';

/**
 * Scans of repositories, and job runs. Each job runs in its own container, with a role that reaches its own objects and
 * nothing else; when a scanner fails the scan goes on. Step Functions → Batch on Fargate, without a function or server.
 *
 * **Costs** nothing at rest but the storage (0.023 USD per GB and month), and with `alarmActionArns` 0.80 USD a month. A scan of six jobs costs about 0.002 USD beside
 * the jobs' time (70 state transitions).
 *
 * **Open to** nothing: no connection to a job is possible; `placement` says what a job may connect to.
 *
 * **Releases** disturb no scan: executions go on with the definition, revisions and image that they began with.
 *
 * Children are called `<name>-<role>`: `-files` (PrivateBucket), `-jobs` (JobQueue), `-executions` (log group), `-scan` and
 * `-launch` (state machines and their roles), `-scan-ended`, `-launch-ended`, `-dead-letters`, and `-<announcement>`; with alarms
 * `-scan-executions`, `-launch-executions` and `-dead-letters`; for each grant `<name>-<grantee>-start` or `-read`
 * (aws:iam/rolePolicy:RolePolicy).
 *
 * @throws an error that lists every problem of the arguments
 */
export class ScanPipeline extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly scanStateMachineArn: pulumi.Output<string>;
  readonly launchStateMachineArn: pulumi.Output<string>;
  readonly jobQueueArn: pulumi.Output<string>;
  /** Name of the dead-letter queue: events that could neither start an execution nor be sent to a receiver. */
  readonly undeliveredQueueName: pulumi.Output<string>;
  /** The policy that `grantStart` gives, as JSON. */
  readonly startPolicyJson: pulumi.Output<string>;
  /** The policy that `grantRead` gives, as JSON. */
  readonly readPolicyJson: pulumi.Output<string>;

  constructor(name: string, args: ScanPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = withDefaults(args);
    assertValid('ScanPipeline', name, problems(settings));
    super('trellis:index:ScanPipeline', name, {}, opts);
    const scope: Scope = {
      name,
      settings,
      tags: settings.tags,
      keyArn: settings.keyArn,
      child: { parent: this },
    };
    const { expireDays, forceDestroy, keyArn, tags } = settings;
    const bucket = new PrivateBucket(
      `${name}-files`,
      {
        expireDays,
        ...(forceDestroy === undefined ? {} : { forceDestroy }),
        ...(keyArn === undefined ? {} : { keyArn }),
        tags,
      },
      scope.child,
    );
    const queue = createJobs(scope, bucket);
    const machines = createMachines(scope, queue, bucket);
    const deadLetters = createRules(scope, machines);
    createAlarms(scope, machines, deadLetters);

    hidden.set(this, { name, keyArn });
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.bucketArn;
    this.scanStateMachineArn = machines.scan.arn;
    this.launchStateMachineArn = machines.launch.arn;
    this.jobQueueArn = queue.queueArn;
    this.undeliveredQueueName = deadLetters.name;
    this.startPolicyJson = policyDocument(this.startStatements());
    this.readPolicyJson = policyDocument(this.readStatements());
    this.registerOutputs({
      bucketName: this.bucketName,
      scanStateMachineArn: this.scanStateMachineArn,
      launchStateMachineArn: this.launchStateMachineArn,
    });
  }

  /**
   * Lets a role start scans and job runs.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>-start`
   */
  grantStart(grantee: string, role: Grantee): aws.iam.RolePolicy {
    return grantTo(this, `${hiddenOf(this).name}-${grantee}-start`, role, this.startStatements());
  }

  /**
   * Lets a role read what scans and job runs found, and tell what is missing.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>-read`
   */
  grantRead(grantee: string, role: Grantee): aws.iam.RolePolicy {
    return grantTo(this, `${hiddenOf(this).name}-${grantee}-read`, role, this.readStatements());
  }

  /** The permission of `grantStart` as statements, for components that put all statements of a role into one policy. */
  startStatements(): PolicyStatement[] {
    return [
      {
        sid: 'StartScans',
        actions: ['states:StartExecution'],
        resources: [this.scanStateMachineArn, this.launchStateMachineArn],
      },
    ];
  }

  /** The permission of `grantRead` as statements. */
  readStatements(): PolicyStatement[] {
    return [
      {
        sid: 'ReadFindings',
        actions: ['s3:GetObject'],
        resources: [`${outputPrefix.scan('*')}/${resultObject('summary')}`, outputPrefix.job('*')].map(
          (key) => this.bucketArn.apply((arn) => `${arn}/${key}`),
        ),
      },
      // Without it S3 answers 403 for an object that is not there.
      { sid: 'MissFindings', actions: ['s3:ListBucket'], resources: [this.bucketArn] },
      ...useKey(hiddenOf(this).keyArn, 'read objects', { parent: this }),
    ];
  }

  /** Both as statements: what a service needs to start scans and job runs, and to read what they found. */
  serviceStatements(): PolicyStatement[] {
    return [...this.startStatements(), ...this.readStatements()];
  }
}

interface Hidden {
  name: string;
  keyArn: pulumi.Input<string> | undefined;
}

/** What grants need to know. It is kept outside of the class, because every field of a component becomes an output in the
 * schema for other languages. */
const hidden = new WeakMap<ScanPipeline, Hidden>();

function hiddenOf(pipeline: ScanPipeline): Hidden {
  return hidden.get(pipeline) as Hidden;
}
