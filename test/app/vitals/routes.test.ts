import { expect } from 'chai';
import { type TestApp, testApp } from '../../support/app.ts';

const url = '/api/v1/vitals';

const report = {
  page: 'player',
  vitals: [
    { name: 'LCP', value: 420 },
    { name: 'CLS', value: 0.03 },
  ],
  requests: [
    { route: 'GET /api/v1/players/:username', status: 200, duration_ms: 40, service_ms: 30, database_ms: 20 },
    { route: 'GET /api/v1/players/:username', status: 404, duration_ms: 60, service_ms: 30, database_ms: 20 },
    { route: 'GET /no/such/route', status: 200, duration_ms: 1 },
  ],
};

interface Shown {
  source: string;
  name: string;
  count: number;
  [field: string]: unknown;
}

describe('vitals over HTTP', () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await testApp();
  });
  afterEach(() => test.close());

  const post = (payload: object, at = test) =>
    at.call({ method: 'POST', url, payload, headers: { authorization: '' } });
  const series = async (at = test): Promise<Shown[]> => (await at.call({ url })).json().series;
  const find = (all: Shown[], source: string, name: string) =>
    all.find((each) => each.source === source && each.name === name);

  it('shows what pages reported, by route and by page', async () => {
    const answer = await post(report);
    expect([answer.statusCode, answer.json()]).to.deep.equal([202, { accepted: true }]);
    const all = await series();
    const route = find(all, 'browser', 'GET /api/v1/players/:username');
    expect(route).to.deep.include({
      count: 2,
      mean: 50,
      service_mean: 30,
      database_mean: 20,
      statuses: { 200: 1, 404: 1 },
    });
    expect(route?.slots).to.have.length(1);
    expect(find(all, 'vital', 'player LCP')?.mean).to.equal(420);
    expect(find(all, 'vital', 'player CLS')?.mean).to.equal(30);
    expect(find(all, 'browser', 'GET /no/such/route'), 'names are bounded by the routes').to.equal(undefined);
  });

  it('measures every answer of the service but those to health checks', async () => {
    await test.call({ url: '/page' });
    await test.call({ method: 'POST', url: '/api/v1/stream', payload: {} });
    await test.call({ url: '/livez' });
    await test.call({ url: '/nothing' });
    const all = (await series()).filter(({ source }) => source === 'service');
    expect(all.map(({ name }) => name)).to.have.members(['GET /page', 'POST /api/v1/stream']);
    const stream = find(all, 'service', 'POST /api/v1/stream');
    expect(stream?.statuses).to.deep.equal({ 201: 1 });
    expect(stream?.database_mean)
      .to.be.above(0)
      .and.at.most(stream?.mean as number);
  });

  it('keeps what was measured beyond the process, and adds up those of several', async () => {
    const other = await testApp({ tables: test.tables });
    await post(report, other);
    await post(report);
    await other.close();
    expect(find(await series(), 'vital', 'player LCP')?.count).to.equal(2);
  });

  it('is read with the API key alone', async () => {
    expect((await test.call({ url, headers: { authorization: '' } })).statusCode).to.equal(401);
    expect((await test.call({ url, headers: { authorization: 'Bearer no' } })).statusCode).to.equal(401);
  });

  it('drops and counts what is too much', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => post({ ...report, requests: [] })));
    expect(answers.map(({ statusCode }) => statusCode)).to.deep.equal(Array(200).fill(202));
    const accepted = answers.filter((answer) => answer.json().accepted).length;
    expect(accepted).to.be.within(100, 199);
    const all = await series();
    expect(find(all, 'vital', 'reports taken')?.count).to.equal(accepted);
    expect(find(all, 'vital', 'reports dropped')?.count).to.equal(200 - accepted);
    expect(find(all, 'vital', 'player LCP')?.count).to.equal(accepted);
  });

  const bad: [string, object, number, string][] = [
    ['another page', { ...report, page: 'admin' }, 400, 'body.page'],
    ['a vital nobody knows', { ...report, vitals: [{ name: 'XXX', value: 1 }] }, 400, 'body.vitals.0.name'],
    ['a negative value', { ...report, vitals: [{ name: 'LCP', value: -1 }] }, 400, 'body.vitals.0.value'],
    ['11 vitals', { ...report, vitals: Array(11).fill(report.vitals[0]) }, 400, 'body.vitals'],
    ['a report of 65 KiB', { ...report, page: 'x'.repeat(65 * 1024) }, 413, 'body'],
  ];
  for (const [name, payload, status, field] of bad) {
    it(`refuses ${name}`, async () => {
      const answer = await post(payload);
      expect(answer.statusCode).to.equal(status);
      expect(answer.json().errors.map((error: { field: string }) => error.field)).to.include(field);
    });
  }
});
