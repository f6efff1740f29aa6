import { expect } from 'chai';
import { Monitoring, type MonitoringArgs } from '../../../components/monitoring/index.ts';
import { children, only, record } from '../mocks.ts';
import { alarm, alarmsOf, everything, type Options, resourcesOf, service } from './fixture.ts';

describe('Monitoring', () => {
  it('makes an alarm of each thing that is watched, and nothing else', async () => {
    expect(children(await resourcesOf(everything), 'watch')).to.deep.equal(
      [
        'aws:cloudwatch/dashboard:Dashboard watch-dashboard',
        'aws:cloudwatch/logMetricFilter:LogMetricFilter watch-log-denied',
        `${alarm} watch-api-cpu`,
        `${alarm} watch-api-latency`,
        `${alarm} watch-api-memory`,
        `${alarm} watch-failures-dead-letters`,
        `${alarm} watch-files-backlog`,
        `${alarm} watch-ingest-failures`,
        `${alarm} watch-log-denied`,
        `${alarm} watch-page-throttles`,
        `${alarm} watch-users-throttles`,
      ].sort(),
    );
  });

  it('costs nothing when nothing is watched, nor without alarms and dashboard', async () => {
    expect(children(await resourcesOf({}), 'watch')).to.deep.equal([]);
    const silent = { ...everything, alarms: false, dashboard: false };
    expect(children(await resourcesOf(silent), 'watch')).to.deep.equal([
      'aws:cloudwatch/logMetricFilter:LogMetricFilter watch-log-denied',
    ]);
  });

  it('tells the actions when an alarm begins and ends; no data is no alarm', async () => {
    const alarms = await alarmsOf(everything);
    for (const [name, inputs] of Object.entries(alarms)) {
      expect(inputs, name).to.deep.include({
        alarmActions: ['arn:topic'],
        okActions: ['arn:topic'],
        treatMissingData: 'notBreaching',
        comparisonOperator: 'GreaterThanThreshold',
        tags: { team: 'web' },
      });
    }
    expect((await alarmsOf({ services: [service] }))['api-cpu']?.alarmActions).to.deep.equal([]);
  });

  it('registers the same resources when nothing is known yet', async () => {
    const names = async (options: Options) =>
      (await resourcesOf(everything, options)).map(({ type, name }) => `${type} ${name}`).sort();
    const known = await names({});
    expect(await names({ unknownOutputs: true })).to.deep.equal(known);
    expect(await names({ preview: true })).to.deep.equal(known);
    const { resources } = await record(
      () => {
        const other = new Monitoring('other', { dashboard: true });
        const unknown = other.dashboardName as NonNullable<typeof other.dashboardName>;
        new Monitoring('watch', {
          ...everything,
          services: [
            { name: 'api', clusterName: unknown, serviceName: unknown, loadBalancerArnSuffix: unknown },
          ],
        });
      },
      { unknownOutputs: true },
    );
    const ofWatch = resources.filter(({ name, parent }) => name === 'watch' || parent === 'watch');
    expect(ofWatch.map(({ type, name }) => `${type} ${name}`).sort()).to.deep.equal(known);
  });

  it('names its alarms and its dashboard', async () => {
    const { outputs } = await record(() => {
      const { alarmNames, dashboardName, dashboardUrl } = new Monitoring('watch', {
        dashboard: true,
        services: [service],
      });
      return { alarmNames, dashboardName, dashboardUrl, none: new Monitoring('rest', {}).dashboardUrl };
    });
    expect(outputs.alarmNames).to.have.lengthOf(2);
    expect(outputs.alarmNames[0]).to.match(/^watch-api-cpu-/);
    expect(outputs.dashboardName).to.equal('trellis-test');
    expect(outputs.dashboardUrl).to.equal(
      'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/trellis-test',
    );
    expect(outputs.none).to.equal(undefined);
  });
});

describe('alarms of Monitoring', () => {
  it('on the latency of a load balancer, in seconds', async () => {
    const { tags: _, ...inputs } = (await alarmsOf(everything))['api-latency'] ?? {};
    expect(inputs).to.deep.equal({
      alarmActions: ['arn:topic'],
      alarmDescription: '5 % of the answers of api took longer than 1000 ms in three of five minutes',
      comparisonOperator: 'GreaterThanThreshold',
      datapointsToAlarm: 3,
      dimensions: { LoadBalancer: 'app/lb/1' },
      evaluationPeriods: 5,
      extendedStatistic: 'p95',
      metricName: 'TargetResponseTime',
      namespace: 'AWS/ApplicationELB',
      okActions: ['arn:topic'],
      period: 60,
      threshold: 1,
      treatMissingData: 'notBreaching',
    });
  });

  it('on the latency of an HTTP API, in milliseconds', async () => {
    const services = [{ ...service, apiId: 'api-1', latencyMilliseconds: 250 }];
    expect((await alarmsOf({ services }))['api-latency']).to.deep.include({
      namespace: 'AWS/ApiGateway',
      metricName: 'Latency',
      dimensions: { ApiId: 'api-1' },
      extendedStatistic: 'p95',
      threshold: 250,
    });
    const balanced = [{ ...service, loadBalancerArnSuffix: 'app/lb/1', latencyMilliseconds: 250 }];
    expect((await alarmsOf({ services: balanced }))['api-latency']?.threshold).to.equal(0.25);
  });

  it('on the latency of one service among those that share a load balancer', async () => {
    const own = { loadBalancerArnSuffix: 'app/lb/1', targetGroupArnSuffix: 'targetgroup/api/2' };
    const resources = await resourcesOf({ dashboard: true, services: [{ ...service, ...own }] });
    const { dimensions } = only(resources, alarm, 'watch-api-latency').inputs;
    expect(dimensions).to.deep.equal({ LoadBalancer: 'app/lb/1', TargetGroup: 'targetgroup/api/2' });
    const body = String(only(resources, 'aws:cloudwatch/dashboard:Dashboard').inputs.dashboardBody);
    expect(body).to.contain('"HTTPCode_Target_5XX_Count","LoadBalancer","app/lb/1","TargetGroup"');
    expect(body).not.to.contain('HTTPCode_ELB_5XX_Count');
  });

  it('on CPU and memory of a service, and not on the latency of a worker', async () => {
    const usual = await alarmsOf({ services: [service] });
    expect(Object.keys(usual)).to.deep.equal(['api-cpu', 'api-memory']);
    for (const [name, metricName] of [
      ['api-cpu', 'CPUUtilization'],
      ['api-memory', 'MemoryUtilization'],
    ] as const) {
      expect(usual[name]).to.deep.include({
        namespace: 'AWS/ECS',
        metricName,
        dimensions: { ClusterName: 'cluster', ServiceName: 'service' },
        statistic: 'Average',
        period: 300,
        evaluationPeriods: 2,
        datapointsToAlarm: 2,
        threshold: 85,
      });
    }
    const strict = await alarmsOf({ services: [{ ...service, cpuPercent: 50, memoryPercent: 60 }] });
    expect([strict['api-cpu']?.threshold, strict['api-memory']?.threshold]).to.deep.equal([50, 60]);
  });

  it('on any throttled request to a table', async () => {
    const inputs = (await alarmsOf(everything))['users-throttles'];
    expect(inputs).to.deep.include({ threshold: 0, evaluationPeriods: 1 });
    expect(inputs?.metricQueries).to.deep.equal([
      { id: 'total', expression: 'FILL(m0, 0) + FILL(m1, 0)', returnData: true },
      ...['ReadThrottleEvents', 'WriteThrottleEvents'].map((metricName, index) => ({
        id: `m${index}`,
        metric: {
          namespace: 'AWS/DynamoDB',
          metricName,
          dimensions: { TableName: 'users-1' },
          stat: 'Sum',
          period: 300,
        },
      })),
    ]);
  });

  it('on throttled requests to an index, which are no events of its table', async () => {
    const tables = [{ name: 'users', tableName: 'users-1', indexNames: ['newest'] }];
    const { metricQueries } = (await alarmsOf({ tables }))['users-throttles'] ?? {};
    const [total, ...metrics] = metricQueries as [
      { expression: string },
      ...{ metric: { metricName: string; dimensions: object } }[],
    ];
    expect(total.expression).to.equal('FILL(m0, 0) + FILL(m1, 0) + FILL(m2, 0) + FILL(m3, 0)');
    expect(metrics.map(({ metric }) => [metric.metricName, metric.dimensions])).to.deep.equal([
      ['ReadThrottleEvents', { TableName: 'users-1' }],
      ['WriteThrottleEvents', { TableName: 'users-1' }],
      ['ReadThrottleEvents', { TableName: 'users-1', GlobalSecondaryIndexName: 'newest' }],
      ['WriteThrottleEvents', { TableName: 'users-1', GlobalSecondaryIndexName: 'newest' }],
    ]);
  });

  it('on messages that wait too long, and on any dead letter', async () => {
    const alarms = await alarmsOf(everything);
    expect(alarms['files-backlog']).to.deep.include({
      namespace: 'AWS/SQS',
      metricName: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: 'files-1' },
      statistic: 'Maximum',
      threshold: 900,
    });
    expect(alarms['failures-dead-letters']).to.deep.include({
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: 'failures-1' },
      threshold: 0,
    });
    const queues = [{ name: 'files', queueName: 'files-1', maxAgeSeconds: 60 }];
    expect((await alarmsOf({ queues }))['files-backlog']?.threshold).to.equal(60);
  });

  it('on executions that failed in any way', async () => {
    const inputs = (await alarmsOf(everything))['ingest-failures'];
    const queries = (inputs?.metricQueries ?? []) as {
      metric?: { metricName: string; dimensions: object };
    }[];
    const metrics = queries
      .flatMap(({ metric }) => metric ?? [])
      .map(({ metricName, dimensions }) => [metricName, dimensions]);
    const dimensions = { StateMachineArn: 'arn:machine' };
    expect(metrics).to.deep.equal([
      ['ExecutionsFailed', dimensions],
      ['ExecutionsAborted', dimensions],
      ['ExecutionsTimedOut', dimensions],
    ]);
  });

  it('are left out where the owner has one', async () => {
    const resources = await resourcesOf({
      dashboard: true,
      queues: [{ name: 'files', queueName: 'files-1', alarm: false }],
      stateMachines: [{ name: 'ingest', stateMachineArn: 'arn:machine', alarm: false }],
    });
    expect(children(resources, 'watch')).to.deep.equal([
      'aws:cloudwatch/dashboard:Dashboard watch-dashboard',
    ]);
    expect(only(resources, 'aws:cloudwatch/dashboard:Dashboard').inputs.dashboardBody).to.match(
      /arn:machine.*files-1/,
    );
  });

  it('on log lines, counted for this stack alone', async () => {
    const resources = await resourcesOf(everything);
    expect(only(resources, 'aws:cloudwatch/logMetricFilter:LogMetricFilter').inputs).to.deep.equal({
      logGroupName: 'logs-1',
      metricTransformation: { name: 'denied', namespace: 'trellis/test', unit: 'Count', value: '1' },
      pattern: '{ $.status = 409 }',
    });
    expect(only(resources, alarm, 'watch-log-denied').inputs).to.deep.include({
      namespace: 'trellis/test',
      metricName: 'denied',
      dimensions: {},
      statistic: 'Sum',
      period: 300,
      threshold: 7,
      alarmDescription: 'Denied streams: more than 7 within 5 minutes',
    });
    const [metric] = everything.logMetrics ?? [];
    const hourly = { logMetrics: [{ ...metric, periodMinutes: 60 }] } as MonitoringArgs;
    expect((await alarmsOf(hourly))['log-denied']?.period).to.equal(3600);
  });
});
