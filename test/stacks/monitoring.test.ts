import { expect } from 'chai';
import { createLogger } from '../../data/logger.ts';
import { deniedStreams } from '../../stacks/monitoring.ts';
import type { Plan } from '../../stacks/plan/evaluate.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { planOf } from '../support/plans.ts';

/** Whether a line of JSON matches a filter pattern of CloudWatch Logs: equalities of `$.field`, `&&`, `||`, brackets. */
function matches(pattern: string, line: string): boolean {
  const fields = JSON.parse(line);
  let text = pattern.replace(/\$\.(\w+) = ("[^"]*"|\d+)/g, (_, field: string, value: string) =>
    fields[field] === JSON.parse(value) ? 'T' : 'F',
  );
  for (let before = ''; before !== text; ) {
    before = text;
    text = text
      .replace(/\(([TF])\)/g, '$1')
      .replace(/([TF]) && ([TF])/g, (_, a, b) => (a === 'T' && b === 'T' ? 'T' : 'F'))
      .replace(/\(([TF]) \|\| ([TF])/g, (_, a, b) => (a === 'T' || b === 'T' ? '(T' : '(F'));
  }
  const [, result] = /^\{ ([TF]) \}$/.exec(text) ?? [];
  if (result === undefined) throw new Error(`cannot read ${pattern}: ${text}`);
  return result === 'T';
}

describe('the metric of denied streams', () => {
  const log: string[] = [];
  let test: TestApp;
  before(async () => {
    test = await testApp({ logger: createLogger('info', { write: (line: string) => log.push(line) }) });
  });
  after(() => test.close());

  it('counts the lines that the service writes about them, and no others', async () => {
    const start = async (url: string, payload: object = {}) =>
      (await test.call({ method: 'POST', url, payload, headers: { authorization: '' } })).statusCode;
    const statuses: number[] = [];
    for (const url of ['stream', 'stream', 'streams', 'stream', 'streams']) {
      statuses.push(await start(`/api/v1/${url}`));
    }
    expect(statuses).to.deep.equal([201, 201, 201, 409, 409]);
    expect(await start('/api/v1/stream', { nonsense: true })).to.equal(400);
    await test.call({ method: 'POST', url: '/api/v1/users', payload: { username: 'ann' } });
    const again = await test.call({ method: 'POST', url: '/api/v1/users', payload: { username: 'ann' } });
    expect(again.statusCode).to.equal(409);
    const counted = log.filter((line) => matches(deniedStreams, line)).map((line) => JSON.parse(line).route);
    expect(counted).to.deep.equal(['/api/v1/stream', '/api/v1/streams']);
  });
});

describe('monitoring of a stack', () => {
  const namesOf = ({ resources }: Plan) =>
    resources.filter(({ parent }) => parent === 'monitoring').map(({ name }) => name);

  it('watches service, tables and denied streams in prod, with a dashboard and a customer key', async () => {
    const plan = await planOf('prod');
    expect(namesOf(plan)).to.include.members([
      'monitoring-api-cpu',
      'monitoring-api-latency',
      'monitoring-api-memory',
      'monitoring-dashboard',
      'monitoring-log-denied-streams',
      'monitoring-streams-throttles',
    ]);
    const tables = plan.resources.filter(({ type }) => type === 'aws:dynamodb/table:Table');
    expect(namesOf(plan).filter((name) => name.endsWith('-throttles'))).to.have.lengthOf(tables.length);
    const ledger = plan.resources.find(({ name }) => name === 'monitoring-ingests-throttles');
    expect(JSON.stringify(ledger?.inputs.metricQueries)).to.include('"GlobalSecondaryIndexName":"by_state"');
    expect(plan.outputs.dashboardUrl).to.match(/^https:\/\/us-east-1\.console\.aws\.amazon\.com\//);
    const dashboard = plan.resources.find(({ name }) => name === 'monitoring-dashboard');
    const titles = JSON.parse(String(dashboard?.inputs.dashboardBody)).widgets.map(
      ({ properties }: { properties: { title: string } }) => properties.title,
    );
    expect(titles).to.include.members(['ingest: executions', 'Queues: messages', 'Slowest routes']);
    expect(namesOf(plan)).not.to.include('monitoring-ingest-failures');
    const topic = plan.resources.find(({ type }) => type === 'aws:sns/topic:Topic');
    expect(topic?.inputs.kmsMasterKeyId).to.contain('key/alarms-key');
  });

  it('costs nothing in dev, where the error alarm is enough', async () => {
    const plan = await planOf('dev');
    expect(namesOf(plan)).to.deep.equal([]);
    expect(plan.outputs.dashboardUrl).to.equal('none: monitoring.dashboard is false');
    const types = plan.resources.map(({ type }) => type);
    expect(types).not.to.include('aws:kms/key:Key').and.not.to.include('aws:cloudwatch/dashboard:Dashboard');
  });

  it('finds the latency at whatever entry point there is', async () => {
    const latency = async (overrides: string[]) => {
      const { resources } = await planOf('dev', ['monitoring.alarms=true', ...overrides]);
      return resources.find(({ name }) => name === 'monitoring-api-latency')?.inputs.namespace;
    };
    expect(await latency([])).to.equal('AWS/ApiGateway');
    expect(await latency(['service.exposure=internal-load-balancer'])).to.equal('AWS/ApplicationELB');
  });
});
