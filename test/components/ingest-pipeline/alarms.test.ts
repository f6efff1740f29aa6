import { expect } from 'chai';
import { IngestPipeline } from '../../../components/ingest-pipeline/index.ts';
import { ofType, only, type PlannedResource, record, resolved } from '../mocks.ts';
import { least, resourcesOf, shorten, topic } from './fixture.ts';

const alarm = (resources: PlannedResource[], role: string) =>
  only(resources, 'aws:cloudwatch/metricAlarm:MetricAlarm', `ingest-${role}`).inputs;

describe('IngestPipeline, alarms', () => {
  it('are on what waits for somebody, on files that wait, and on executions that did not succeed', async () => {
    const resources = await resourcesOf({ alarmActionArns: [topic], backlogMinutes: 30 });
    for (const { inputs } of ofType(resources, 'aws:cloudwatch/metricAlarm:MetricAlarm')) {
      expect(inputs).to.deep.include({
        alarmActions: [topic],
        okActions: [topic],
        treatMissingData: 'notBreaching',
      });
    }
    const queueAlarm = {
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      threshold: 0,
    };
    expect(alarm(resources, 'failures')).to.deep.include(queueAlarm);
    expect(shorten(alarm(resources, 'failures').dimensions)).to.equal('{QueueName:ingest-failures}');
    expect(alarm(resources, 'dead-letters')).to.deep.include(queueAlarm);
    expect(shorten(alarm(resources, 'dead-letters').dimensions)).to.equal('{QueueName:ingest-dead-letters}');
    expect(alarm(resources, 'backlog')).to.deep.include({
      namespace: 'AWS/States',
      metricName: 'ExecutionTime',
      statistic: 'Maximum',
      threshold: 1_800_000,
    });
    expect(alarm(await resourcesOf({ alarmActionArns: [topic] }), 'backlog').threshold).to.equal(7_200_000);
    const sweep = { kinds: ['prices'], delaySeconds: 900 };
    const swept = await resourcesOf({ alarmActionArns: [topic], backlogMinutes: 30, sweep });
    expect(alarm(swept, 'backlog').threshold).to.equal(2_700_000);
    const queries = alarm(resources, 'executions').metricQueries as Record<string, unknown>[];
    expect(queries[0]).to.deep.include({
      expression: 'FILL(m0, 0) + FILL(m1, 0) + FILL(m2, 0)',
      returnData: true,
    });
    expect(queries.slice(1).map(({ metric }) => (metric as { metricName: string }).metricName)).to.deep.equal(
      ['ExecutionsFailed', 'ExecutionsAborted', 'ExecutionsTimedOut'],
    );
    expect(only(resources, 'aws:cloudwatch/metricAlarm:MetricAlarm', 'ingest-jobs-blocked').parent).to.equal(
      'ingest-jobs',
    );
  });

  it('are told by their ARNs, the queue’s among them', async () => {
    await record(async () => {
      const { alarmArns } = new IngestPipeline('ingest', { ...least, alarmActionArns: [topic] });
      const roles = ['failures', 'dead-letters', 'backlog', 'executions', 'jobs-blocked'];
      expect(shorten(await Promise.all(alarmArns.map((arn) => resolved(arn))))).to.equal(
        `[${roles.map((role) => `cloudwatch:alarm:ingest-${role}`).join(',')}]`,
      );
      expect(new IngestPipeline('quiet', least).alarmArns).to.deep.equal([]);
    });
  });

  it('are none where nobody is told', async () => {
    expect(ofType(await resourcesOf({ ...least }), 'aws:cloudwatch/metricAlarm:MetricAlarm')).to.deep.equal(
      [],
    );
  });
});
