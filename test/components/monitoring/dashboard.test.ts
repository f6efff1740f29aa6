import { expect } from 'chai';
import { arrange } from '../../../components/monitoring/dashboard.ts';
import type { MonitoringArgs } from '../../../components/monitoring/index.ts';
import { only } from '../mocks.ts';
import { everything, resourcesOf, service } from './fixture.ts';

interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { title: string; region?: string; alarms?: string[]; metrics?: unknown[][]; query?: string };
}

async function widgetsOf(args: MonitoringArgs): Promise<Widget[]> {
  const { inputs } = only(
    await resourcesOf({ ...args, dashboard: true }),
    'aws:cloudwatch/dashboard:Dashboard',
  );
  expect(inputs.dashboardName).to.equal('trellis-test');
  return JSON.parse(String(inputs.dashboardBody)).widgets;
}

describe('the dashboard', () => {
  it('shows alarms first, then each thing that is watched', async () => {
    const widgets = await widgetsOf(everything);
    expect(widgets.map(({ properties }) => properties.title)).to.deep.equal([
      'Alarms',
      'api: requests and 5xx',
      'api: latency',
      'api: CPU and memory, percent',
      'Tables: consumed units a minute',
      'Tables: throttled requests',
      'ingest: executions',
      'Queues: messages',
      'Denied streams',
      'Slowest',
    ]);
    const alarms = widgets[0]?.properties.alarms;
    expect(alarms).to.have.lengthOf(10);
    expect(alarms?.at(-1)).to.equal('arn:errors');
    for (const { type, properties } of widgets.slice(1)) {
      expect(properties.region, properties.title).to.equal('us-east-1');
      if (type === 'metric') expect(properties.metrics, properties.title).not.to.be.empty;
    }
  });

  it('writes metrics as CloudWatch reads them', async () => {
    const [, , latency] = await widgetsOf(everything);
    expect(latency?.properties.metrics).to.deep.equal(
      ['p50', 'p95', 'p99'].map((stat) => [
        'AWS/ApplicationELB',
        'TargetResponseTime',
        'LoadBalancer',
        'app/lb/1',
        { stat },
      ]),
    );
    const widgets = await widgetsOf({ services: [{ ...service, apiId: 'api-1' }] });
    expect(widgets[1]?.properties.metrics).to.deep.equal([
      ['AWS/ApiGateway', 'Count', 'ApiId', 'api-1', { stat: 'Sum' }],
      ['AWS/ApiGateway', '5xx', 'ApiId', 'api-1', { stat: 'Sum' }],
    ]);
  });

  it('asks the logs', async () => {
    const [query] = (await widgetsOf(everything)).slice(-1);
    expect(query?.type).to.equal('log');
    expect(query?.properties.query).to.equal("SOURCE 'logs-1' | stats count(*)");
  });

  it('of a worker shows what a worker has, and of nothing nothing', async () => {
    const titles = (await widgetsOf({ services: [service], alarms: false })).map(
      ({ properties }) => properties.title,
    );
    expect(titles).to.deep.equal(['api: CPU and memory, percent']);
    expect(await widgetsOf({})).to.deep.equal([]);
  });

  it('lets no widget overlap another', async () => {
    const widgets = await widgetsOf(everything);
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, at) => `${x + (at % width)},${y + Math.floor(at / width)}`),
    );
    expect(new Set(cells).size).to.equal(cells.length);
    expect(Math.max(...widgets.map(({ x, width }) => x + width))).to.equal(24);
    const wide = { type: 'log', width: 24, height: 2, properties: {} } as const;
    expect(arrange([wide, wide]).map(({ x, y }) => [x, y])).to.deep.equal([
      [0, 0],
      [0, 2],
    ]);
  });
});
