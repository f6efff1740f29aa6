import type * as aws from '@pulumi/aws';
import {
  AlarmTopic,
  type DataStore,
  type FargateService,
  type IngestPipeline,
  Monitoring,
} from '../components/index.ts';
import {
  tables as definitions,
  type TableDefinition,
  type TableName,
  tableNames,
} from '../contract/tables.ts';
import type { Encryption } from './encryption.ts';
import { serviceName } from './service.ts';
import type { Settings } from './settings/index.ts';

/** The topic that every alarm notifies, with its subscribers. */
export function createAlarmTopic(settings: Settings, encryption: Encryption): aws.sns.Topic {
  const email = settings['alarms.email'];
  const workspaceId = settings['alarms.slackWorkspace'];
  const channelId = settings['alarms.slackChannel'];
  const { topic } = new AlarmTopic('alarms', {
    emails: email === undefined ? [] : [email],
    slack: workspaceId === undefined || channelId === undefined ? undefined : { workspaceId, channelId },
    customerKey: settings['alarms.customerKey'],
    ...encryption,
  });
  return topic;
}

/** The resources that alarms and dashboard watch. */
export interface Watched {
  service: FargateService;
  tables: Record<TableName, DataStore>;
  ingest: IngestPipeline;
  alarms: aws.sns.Topic;
}

/** Alarms and the dashboard; undefined where the settings switch both off. */
export function createMonitoring(settings: Settings, watched: Watched): Monitoring | undefined {
  if (!settings['monitoring.alarms'] && !settings['monitoring.dashboard']) return undefined;
  const { service, tables, ingest, alarms } = watched;
  return new Monitoring('monitoring', {
    alarms: settings['monitoring.alarms'],
    dashboard: settings['monitoring.dashboard'],
    alarmActionArns: [alarms.arn],
    services: [
      {
        name: serviceName,
        clusterName: service.clusterName,
        serviceName: service.serviceName,
        loadBalancerArnSuffix: service.loadBalancer?.arnSuffix,
        apiId: service.api?.id,
        latencyMilliseconds: settings['monitoring.latencyMilliseconds'],
      },
    ],
    tables: tableNames.map((name) => ({
      name,
      tableName: tables[name].tableName,
      indexNames: indexesOf(name),
    })),
    // The pipeline has alarms of its own.
    stateMachines: [{ name: 'ingest', stateMachineArn: ingest.stateMachineArn, alarm: false }],
    queues: [
      { name: 'failures', queueName: ingest.failureQueueName, alarm: false },
      { name: 'dead-letters', queueName: ingest.undeliveredQueueName, alarm: false },
    ],
    logMetrics: [
      {
        name: 'denied-streams',
        title: 'Denied streams',
        logGroupName: service.logGroup.name,
        pattern: deniedStreams,
        threshold: settings['monitoring.deniedStreams'],
      },
    ],
    logQueries: [
      { title: 'Slowest routes', logGroupName: service.logGroup.name, query: slowestRoutes },
      { title: 'Errors', logGroupName: service.logGroup.name, query: errors },
    ],
    alarmArns: [...(service.errorAlarm === undefined ? [] : [service.errorAlarm.arn]), ...ingest.alarmArns],
  });
}

/** The lines of app/plugins/timings.ts, one for each answer; test/stacks/monitoring.test.ts compares the two. */
export const deniedStreams =
  '{ ($.route = "/api/v1/stream" || $.route = "/api/v1/streams") && $.status = 409 }';

const slowestRoutes =
  'filter ispresent(route) | stats count(*) as requests, pct(ms, 50) as p50_ms, pct(ms, 95) as p95_ms, ' +
  'pct(database_ms, 95) as database_p95_ms, max(ms) as slowest_ms by method, route | sort p95_ms desc | limit 20';

const errors =
  'filter status >= 500 or level >= 50 | fields @timestamp, request_id, method, route, status, msg, err.message ' +
  '| sort @timestamp desc | limit 50';

function indexesOf(table: TableName): string[] {
  const { indexes = [] }: TableDefinition = definitions[table];
  return indexes.map(({ name }) => name);
}
