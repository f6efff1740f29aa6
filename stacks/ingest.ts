import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import {
  type ContainerImage,
  type DataStore,
  type DataStoreAction,
  IngestPipeline,
  type IngestPipelineArgs,
  type Network,
} from '../components/index.ts';
import { environment } from '../contract/environment.ts';
import {
  incomingPrefix,
  ingestCommand,
  ingestKinds,
  ingestVariables,
  rejectsPrefix,
  rollupsPrefix,
  sizeClasses,
  sweepDelaySeconds,
  sweptKinds,
} from '../contract/ingest.ts';
import { type TableName, tableVariable } from '../contract/tables.ts';
import type { Encryption } from './encryption.ts';
import { imageOf } from './image.ts';
import type { Settings } from './settings/index.ts';

/** The resources that the pipeline uses. */
export interface IngestFoundation {
  encryption: Encryption;
  network: Network;
  tables: Record<TableName, DataStore>;
  image: ContainerImage;
  alarms: aws.sns.Topic;
}

/** The actions of the job's code on its tables. A commit is one transaction, for which DynamoDB asks for the permission
 * of each action in it. */
export const jobTableActions = {
  ingests: ['GetItem', 'UpdateItem'],
  rates: [
    'BatchGetItem',
    'BatchWriteItem',
    'DeleteItem',
    'GetItem',
    'PutItem',
    'Query',
    'Scan',
    'UpdateItem',
  ],
} as const satisfies Partial<Record<TableName, DataStoreAction[]>>;

/** The pipeline of uploaded files. The laptop executes the same definition. */
export function createIngest(settings: Settings, foundation: IngestFoundation): IngestPipeline {
  const { encryption, network, tables, image, alarms } = foundation;
  return new IngestPipeline('ingest', {
    prefix: incomingPrefix,
    kinds: [...ingestKinds],
    outputPrefixes: [rejectsPrefix],
    // Rates are rebuilt from these, also when the files themselves have expired.
    keptPrefixes: [rollupsPrefix],
    expireDays: settings['ingest.expireDays'],
    forceDestroy: !settings.deletionProtection,
    ledgerTableName: tables.ingests.tableName,
    ledgerTableArn: tables.ingests.tableArn,
    placement: network.jobPlacement,
    image: imageOf(settings, image),
    command: [...ingestCommand],
    environment: {
      [environment.logLevel]: settings['service.logLevel'],
      [tableVariable('ingests')]: tables.ingests.tableName,
      [tableVariable('rates')]: tables.rates.tableName,
    },
    variables: { ...ingestVariables, bucket: environment.ingestBucket },
    permissions: [
      tables.ingests.statement([...jobTableActions.ingests]),
      tables.rates.statement([...jobTableActions.rates]),
    ],
    sizeClasses: settings['ingest.sizeClasses'] ?? [...sizeClasses],
    maxVcpus: settings['ingest.maxVcpus'],
    spot: settings['ingest.spot'],
    attempts: settings['ingest.attempts'],
    sweep: { kinds: [...sweptKinds], delaySeconds: sweepDelaySeconds },
    slack: slackOf(settings),
    alarmActionArns: settings['monitoring.alarms'] ? [alarms.arn] : undefined,
    backlogMinutes: settings['ingest.backlogMinutes'],
    tracing: settings['ingest.tracing'],
    logRetentionDays: settings['logs.retentionDays'],
    ...encryption,
  });
}

/** The service's environment variables for the pipeline. */
export function ingestEnvironment(pipeline: IngestPipeline): Record<string, pulumi.Input<string>> {
  return {
    [environment.ingestBucket]: pipeline.bucketName,
    [environment.ingestStateMachine]: pipeline.stateMachineArn,
  };
}

function slackOf(settings: Settings): IngestPipelineArgs['slack'] {
  const channel = settings['ingest.slackChannel'];
  const token = settings['ingest.slackToken'];
  return channel === undefined || token === undefined ? undefined : { channel, token };
}
