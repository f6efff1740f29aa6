import type * as pulumi from '@pulumi/pulumi';
import type { FargateImageArgs, FargatePermissionArgs, FargatePlacementArgs } from '../fargate-task/index.ts';

/** Files that are put into a bucket, and the jobs that each of them starts. */
export interface IngestPipelineArgs {
  /** Prefix of the objects to ingest, with its slash; below it comes the kind. Other objects are ignored. */
  prefix: string;
  /** Kinds of files: the path segments after the prefix. */
  kinds: string[];
  /** Prefixes that a job may write to, each with its slash: its rejects, its results. @default none */
  outputPrefixes?: string[];
  /** Prefixes of what jobs keep beyond `expireDays`, each with its slash: a job may read, write and delete there.
   * @default none */
  keptPrefixes?: string[];
  /** Origins that may upload from a browser, such as `https://www.example.com`. For origins that are known only later
   * there is `allowOrigins`. @default none */
  origins?: pulumi.Input<string>[];
  /** Days until files, and what jobs wrote below `outputPrefixes`, are deleted, 1–36500. @default they stay */
  expireDays?: number;
  /** Let `destroy` delete the bucket with all that is in it. @default false: it must be empty */
  forceDestroy?: boolean;

  /** Name of the ledger: a DynamoDB table with the partition key `id`. The state machine claims each file there, and
   * the job records its outcome (`state`: committed or rejected). */
  ledgerTableName: pulumi.Input<string>;
  ledgerTableArn: pulumi.Input<string>;

  /** Where the jobs run, and where they may connect to: what a `Network` offers as `jobPlacement`. */
  placement: FargatePlacementArgs;
  /** Image of the job: what a `ContainerImage` offers as `reference`. */
  image: FargateImageArgs;
  /** Command of the job in exec form. It exits 0 once it has recorded an outcome; other exit codes mean: try again.
   * @default the image's own */
  command?: string[];
  /** Environment variables of the job beside `variables`. Put nothing secret here. */
  environment?: { [name: string]: pulumi.Input<string> };
  /** The state machine, in the Amazon States Language. It gets S3's `Object Created` events, and the status events of
   * its own executions that were aborted or timed out. It has the permissions of our own definition, and
   * refers to its resources by placeholders: `${ledgerTable}`, `${jobQueue}`, `${jobDefinition}`, `${failureQueueUrl}` and `${eventBusName}`,
   * with `onDemandFallback` `${onDemandQueue}` too.
   * @default workflows/ingest.ts, of `kinds`, `sizeClasses`, `variables` and `attempts` */
  definition?: pulumi.Input<string>;
  /** Names of the environment variables that tell the job its file. */
  variables: IngestVariableArgs;
  /** What the job may do beside reading its files and writing to `outputPrefixes`: its tables, the ledger among them. */
  permissions?: FargatePermissionArgs[];

  /** Size of the job by the size of the file, in rising order; the last takes every larger file. */
  sizeClasses: IngestSizeClassArgs[];
  /** Most vCPUs that run at once, 1–10000; further files wait. A new account has 6 vCPUs of Fargate in a region, for
   * the service and its releases too. @default that of `JobQueue`, 4 */
  maxVcpus?: number;
  /** Fargate Spot: about a third of the price; a job that AWS interrupts starts again. @default false */
  spot?: boolean;
  /** With `spot`: a job that has found no capacity there within 15 minutes (`stuckSeconds`), or was interrupted to the
   * end, runs on demand, at three times the price, as do all further attempts after one that failed; `maxVcpus` holds
   * for each of the two. An own `definition` finds the queue as `${onDemandQueue}`. @default that of `spot`; false with a `definition` */
  onDemandFallback?: boolean;
  /** Most times that a file's job runs, the first included, 1–10. It runs again, after a pause that grows, when it exits
   * non-zero or takes too long; after the last time the file has failed. @default 3 */
  attempts?: number;
  /** A second job after the commit of some kinds of files. @default none */
  sweep?: IngestSweepArgs;
  /** Seconds after which a job is cancelled that cannot start, 600–86400; see `JobQueue`. @default 3600, and 900 on Spot
   * with `onDemandFallback` */
  stuckSeconds?: number;

  /** Slack channel that gets a message about each file that failed or could not be retracted. At most one of `slack` and `webhook`. @default neither:
   * failed files wait in the failure queue */
  slack?: IngestSlackArgs;
  /** HTTPS endpoint that gets a request about each file that failed or could not be retracted. */
  webhook?: IngestWebhookArgs;
  /** ARNs of the SNS topics that the alarms notify. @default none, and no alarms, which would cost 0.70 USD a month */
  alarmActionArns?: pulumi.Input<string>[];
  /** An alarm is on when a file takes more minutes than this from its arrival to its outcome, 1–1440; with `sweep` its
   * delay is added, since the time of executions is measured.
   * @default 120 */
  backlogMinutes?: number;
  /** X-Ray traces of the executions: 5 USD per million beyond 100,000 a month. @default false */
  tracing?: boolean;
  /** Days that logs are kept; one of CloudWatch's values. @default 30 */
  logRetentionDays?: number;
  /** Customer key of bucket, queues and logs, that of a `CustomerKey` or another that admits the same services.
   * @default AWS's own keys, which are free */
  keyArn?: pulumi.Input<string>;
  /** Customer key of the log groups alone; its policy must admit CloudWatch Logs. @default `keyArn` */
  logKeyArn?: pulumi.Input<string>;
  tags?: { [name: string]: pulumi.Input<string> };
}

/** Files of up to a size, and the job for them. */
export interface IngestSizeClassArgs {
  /** Name of its state in the state machine: letters and digits. */
  name: string;
  /** Bytes of the largest file. @default none in the last class, required in all others */
  maxBytes?: number;
  /** With `memoryMiB` a size that Fargate offers: 0.25, 0.5, 1, 2, 4, 8 or 16. */
  vcpu: number;
  memoryMiB: number;
  /** Seconds after which a job is killed, which counts as a failed attempt, 60–86400. */
  timeoutSeconds: number;
}

/** A job with the kind `sweep`, which removes what readers can no longer see. When it fails, the file is committed all the
 * same. */
export interface IngestSweepArgs {
  /** Of `kinds`, those after whose commit it runs. */
  kinds: string[];
  /** Seconds after the commit, 0–86400: as long as a reader may go on with what it began with. */
  delaySeconds: number;
}

/** Names of environment variables. */
export interface IngestVariableArgs {
  /** Gets the file's id in the ledger. */
  id: string;
  /** Gets the kind of the file, or `retraction` when its rows are to be taken out again. */
  kind: string;
  /** Gets the object's key. */
  key: string;
  /** Gets the object's ETag without quotes, for reading with `If-Match`. */
  version: string;
  /** Gets `true` when good rows are to be saved although others are bad. */
  partial: string;
  /** Gets the ARN of the execution that claimed the file. */
  execution: string;
  /** Gets the most bytes of a file in the job's size class, `Infinity` in the last. A job whose work is larger than its
   * file may write the bytes of its work to the ledger, as the number `work`, and exit 0: it then runs again, in the class
   * of that size. @default no variable does */
  classBytes?: string;
  /** Gets the bucket's name. */
  bucket: string;
}

/** A message to Slack by `chat.postMessage`. Slack answers 200 even when it refuses one (a wrong token, a channel without the
 * bot), so send one to try it. */
export interface IngestSlackArgs {
  /** Id of the channel, such as `C0123456789`; the bot must be in it. */
  channel: string;
  /** Bot token (`xoxb-…`) with the scope `chat:write`; kept in Secrets Manager by EventBridge, free of charge. */
  token: pulumi.Input<string>;
}

/** A POST of `{text, source, detail_type, detail}` as JSON. */
export interface IngestWebhookArgs {
  /** An `https://` address. It shows in the plan and in the console, so put a secret into `token`. */
  url: string;
  /** The header that proves who sends it. @default Authorization */
  header?: string;
  /** The header's value, such as `Bearer …`; kept in Secrets Manager by EventBridge, free of charge. */
  token: pulumi.Input<string>;
}
