import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import {
  type ContainerImage,
  type DataStore,
  type Network,
  type ScanAnnouncementArgs,
  ScanPipeline,
} from '../components/index.ts';
import { announcements } from '../contract/announcements.ts';
import { environment } from '../contract/environment.ts';
import { jobKinds } from '../contract/job-kinds.ts';
import { jobVariables, resultDays, scanEvent } from '../contract/scans.ts';
import type { TableName } from '../contract/tables.ts';
import type { Encryption } from './encryption.ts';
import { imageOf } from './image.ts';
import type { Settings } from './settings/index.ts';

/** The resources that scans and job runs use. */
export interface ScansFoundation {
  encryption: Encryption;
  network: Network;
  tables: Record<TableName, DataStore>;
  image: ContainerImage;
  alarms: aws.sns.Topic;
}

/** Scans and job runs, with every kind of job in contract/job-kinds.ts. The laptop executes the same definitions. */
export function createScans(settings: Settings, foundation: ScansFoundation): ScanPipeline {
  const { encryption, network, tables, image, alarms } = foundation;
  return new ScanPipeline('scans', {
    scansTableName: tables.scans.tableName,
    scansTableArn: tables.scans.tableArn,
    jobsTableName: tables.jobs.tableName,
    jobsTableArn: tables.jobs.tableArn,
    kinds: jobKinds.map(
      ({ name, part, command, vcpu, memoryMiB, timeoutSeconds, infrastructureRetries, permissions }) => ({
        name,
        part,
        command: [...command],
        vcpu,
        memoryMiB,
        timeoutSeconds,
        // Batch counts the first start too.
        attempts: infrastructureRetries + 1,
        reads: [...permissions.reads],
        writes: [...permissions.writes],
        variables: [...(permissions.variables ?? []), environment.logLevel],
      }),
    ),
    variables: { ...jobVariables, bucket: environment.scansBucket },
    environment: { [environment.logLevel]: settings['service.logLevel'] },
    event: scanEvent,
    ...placementOf(settings, network),
    image: imageOf(settings, image),
    expireDays: resultDays,
    forceDestroy: !settings.deletionProtection,
    logRetentionDays: settings['logs.retentionDays'],
    ...encryption,
    tracing: settings['scans.tracing'] ?? settings['ingest.tracing'],
    alarmActionArns: settings['monitoring.alarms'] && settings['scans.alarms'] ? [alarms.arn] : undefined,
    announcements: announcementsOf(settings),
  });
}

/**
 * Repositories are on the internet. Where jobs reach endpoints alone, they run in public subnets, and the job that fetches
 * has an address while it runs (0.005 USD an hour). The other jobs have none, so they reach the endpoints only. Without
 * endpoints they have an address too, or they could not pull their image. Nothing can connect to any of them.
 */
function placementOf(settings: Settings, { jobPlacement, publicSubnetIds }: Network) {
  const hasEndpoints = settings['network.egress'] === 'endpoints' || settings['jobs.egress'] === 'endpoints';
  if (!hasEndpoints) return { placement: jobPlacement };
  return { placement: { vpcId: jobPlacement.vpcId, subnetIds: publicSubnetIds }, fetchPublicIp: true };
}

/** The service's environment variables for scans and job runs. */
export function scansEnvironment(pipeline: ScanPipeline): Record<string, pulumi.Input<string>> {
  return {
    [environment.scansBucket]: pipeline.bucketName,
    [environment.scanStateMachine]: pipeline.scanStateMachineArn,
    [environment.jobStateMachine]: pipeline.launchStateMachineArn,
  };
}

/** Without a channel of their own, that of failed files is notified of scans too. */
function announcementsOf(settings: Settings): ScanAnnouncementArgs[] {
  const channel = settings['scans.slackChannel'] ?? settings['ingest.slackChannel'];
  const token = settings['ingest.slackToken'];
  if (channel === undefined || token === undefined) return [];
  const { paths, template } = announcements.slack;
  return [
    {
      name: 'slack',
      url: 'https://slack.com/api/chat.postMessage',
      token: `Bearer ${token}`,
      paths: { ...paths },
      // A bot's message names its channel; the laptop's webhook has it in its URL.
      template: template.replace('{', `{"channel": "${channel}", `),
    },
  ];
}
