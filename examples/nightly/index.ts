import {
  AlarmTopic,
  ContainerImage,
  DataStore,
  Monitoring,
  Network,
  ScheduledTask,
} from 'trellis-components';

const network = new Network('nightly', { zones: 2, egress: 'public' });
const image = new ContainerImage('report', { build: { context: 'job', paths: ['Dockerfile', 'report.py'] } });
const topic = new AlarmTopic('alarms', { emails: ['ops@example.com'] });
const orders = new DataStore('orders', { partitionKey: 'order', maxReadUnits: 100, maxWriteUnits: 100 });
const reports = new DataStore('reports', { partitionKey: 'run', maxReadUnits: 100, maxWriteUnits: 100 });

// At four each night: a clock that is put forward or back skips no such time and repeats none.
const report = new ScheduledTask('report', {
  schedule: 'cron(0 4 * * ? *)',
  timeZone: 'Europe/Berlin',
  timeLimitSeconds: 900,
  tracing: true,
  placement: network.jobPlacement,
  image: image.reference,
  environment: { ORDERS: orders.tableName, REPORTS: reports.tableName },
  permissions: [orders.statement(['Scan']), reports.statement(['PutItem'])],
  alarmActionArns: [topic.topicArn],
});

// A dashboard with the alarms and the last runs.
new Monitoring('nightly', {
  alarmActionArns: [topic.topicArn],
  dashboard: true,
  alarmArns: report.alarmArns,
  logQueries: [report.runs],
});

export const runByHand = report.runCommand;
