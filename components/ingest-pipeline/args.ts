import type * as pulumi from '@pulumi/pulumi';
import type { FargateImageArgs, FargatePermissionArgs, FargatePlacementArgs } from '../fargate-task/index.ts';

/** Files that are put into a bucket, and the jobs that each of them starts. */
export interface IngestPipelineArgs {
  /** Prefix of the objects to ingest, with its slash; below it comes the kind. All others are left alone. */
  prefix: string;
  /** Kinds of files: the path segments after the prefix. */
  kinds: string[];
  /** Prefixes that a job may write to, each with its slash: its rejects, its results. @default none */
  outputPrefixes?: string[];
  /** Origins that may upload from a browser, such as `https://www.example.com`. Where they are known only later:
   * `allowOrigins`. @default none */
  origins?: pulumi.Input<string>[];
  /** Days until files, and what jobs wrote to the bucket, are deleted, 1–36500. @default they stay */
  expireDays?: number;
  /** Let `destroy` delete the bucket with all that is in it. @default false: it must be empty */
  forceDestroy?: boolean;

  /** Name of the ledger: a DynamoDB table with the partition key `id`. The state machine claims each file there, and
   * the job records its outcome (`state`: committed or rejected). */
  ledgerTableName: pulumi.Input<string>;
  ledgerTableArn: pulumi.Input<string>;

  /** Where the jobs run, and where they may connect to: what a `Network` offers as `placement`. */
  placement: FargatePlacementArgs;
  /** Of the job: what a `ContainerImage` offers as `reference`. */
  image: FargateImageArgs;
  /** Command of the job in exec form. It exits 0 once it has recorded an outcome; other exit codes mean: try again.
   * @default the image's own */
  command?: string[];
  /** Environment variables of the job beside `variables`; nothing secret. */
  environment?: { [name: string]: pulumi.Input<string> };
  /** The state machine, in the Amazon States Language. It gets S3's `Object Created` events, and the status events of
   * its own executions that were aborted or timed out. It may use what ours uses, and finds the names of it by
   * placeholders: `${ledgerTable}`, `${jobQueue}`, `${jobDefinition}`, `${failureQueueUrl}` and `${eventBusName}`.
   * @default workflows/ingest.ts, of `kinds`, `sizeClasses`, `variables` and `attempts` */
  definition?: pulumi.Input<string>;
  /** Names of the environment variables that tell the job its file. */
  variables: IngestVariableArgs;
  /** What the job may do beside reading its files and writing to `outputPrefixes`: its tables, the ledger among them. */
  permissions?: FargatePermissionArgs[];

  /** Size of the job by the size of the file, in rising order; the last takes every larger file. */
  sizeClasses: IngestSizeClassArgs[];
  /** Most vCPUs that run at once, 1–10000; further files wait. @default that of `JobQueue`, 4 */
  maxVcpus?: number;
  /** Fargate Spot: about a third of the price; a job that AWS interrupts starts again. @default false */
  spot?: boolean;
  /** How often a job is run that exits non-zero or takes too long, with growing pauses, until the file has failed:
   * 1–10. @default 3 */
  attempts?: number;
  /** Seconds until a job is cancelled that waits for what will not come, 600–86400. @default 3600 */
  stuckSeconds?: number;

  /** Tells a Slack channel about failed files. At most one of `slack` and `webhook`. @default neither: failed files
   * wait in the failure queue */
  slack?: IngestSlackArgs;
  /** Tells any HTTPS endpoint about failed files. */
  webhook?: IngestWebhookArgs;
  /** Told by the alarms: ARNs of SNS topics. @default nobody, and no alarms, which would cost 0.70 USD a month */
  alarmActionArns?: pulumi.Input<string>[];
  /** Minutes from a file's arrival to its outcome beyond which an alarm says that files wait too long, 1–1440.
   * @default 120 */
  backlogMinutes?: number;
  /** X-Ray traces of the executions: 5 USD per million beyond 100,000 a month. @default false */
  tracing?: boolean;
  /** Days that logs are kept; one of CloudWatch's values. @default 30 */
  logRetentionDays?: number;
  /** Customer key of the log groups; its policy must admit CloudWatch Logs. @default CloudWatch's own encryption */
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
  /** Seconds after which an attempt is killed and counts as failed, 60–86400. */
  timeoutSeconds: number;
}

/** Names of environment variables. */
export interface IngestVariableArgs {
  /** Of the file's id in the ledger. */
  id: string;
  kind: string;
  /** Of the object's key. */
  key: string;
  /** Of the object's ETag without quotes, for reading with `If-Match`. */
  version: string;
  /** `true` when good rows are to be taken although others are bad. */
  partial: string;
  /** Of the execution that claimed the file. */
  execution: string;
  /** Of the bucket's name. */
  bucket: string;
}

/** A message to Slack by `chat.postMessage`. Slack answers 200 also when it refuses one (a wrong token, a channel that the
 * bot is not in), so try it once. */
export interface IngestSlackArgs {
  /** Id of the channel, such as `C0123456789`; the bot must be in it. */
  channel: string;
  /** Bot token (`xoxb-…`) with the scope `chat:write`; kept in Secrets Manager by EventBridge, free of charge. */
  token: pulumi.Input<string>;
}

/** A POST of `{text, source, detail_type, detail}` as JSON. */
export interface IngestWebhookArgs {
  /** An `https://` address. It shows in the plan and in the console: a secret belongs into `token`. */
  url: string;
  /** The header that proves who sends it. @default Authorization */
  header?: string;
  /** The header's value, such as `Bearer …`; kept in Secrets Manager by EventBridge, free of charge. */
  token: pulumi.Input<string>;
}
