import { Monitoring, type MonitoringArgs } from '../../../components/monitoring/index.ts';
import { ofType, type PlannedResource, record } from '../mocks.ts';

export type Options = Parameters<typeof record>[1];

export const alarm = 'aws:cloudwatch/metricAlarm:MetricAlarm';

export const service = { name: 'api', clusterName: 'cluster', serviceName: 'service' };

export const everything: MonitoringArgs = {
  alarmActionArns: ['arn:topic'],
  dashboard: true,
  services: [{ ...service, loadBalancerArnSuffix: 'app/lb/1' }],
  tables: [
    { name: 'users', tableName: 'users-1' },
    { name: 'page', tableName: 'page-1' },
  ],
  queues: [
    { name: 'files', queueName: 'files-1' },
    { name: 'failures', queueName: 'failures-1', deadLetter: true },
  ],
  stateMachines: [{ name: 'ingest', stateMachineArn: 'arn:machine' }],
  logMetrics: [
    {
      name: 'denied',
      title: 'Denied streams',
      logGroupName: 'logs-1',
      pattern: '{ $.status = 409 }',
      threshold: 7,
    },
  ],
  logQueries: [{ title: 'Slowest', logGroupName: 'logs-1', query: 'stats count(*)' }],
  alarmArns: ['arn:errors'],
  tags: { team: 'web' },
};

export async function resourcesOf(args: MonitoringArgs, options?: Options): Promise<PlannedResource[]> {
  const { resources } = await record(() => void new Monitoring('watch', args), options);
  return resources;
}

/** Inputs of each alarm, by the name after `watch-`. */
export async function alarmsOf(args: MonitoringArgs): Promise<Record<string, Record<string, unknown>>> {
  const alarms = ofType(await resourcesOf(args), alarm);
  return Object.fromEntries(alarms.map(({ name, inputs }) => [name.replace('watch-', ''), inputs]));
}
