import { expect } from 'chai';
import { type TestApp, testApp } from '../../support/app.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';

const regions = 'slug,name,parent_slug\nasia,Asia,\nchina,China,asia\nbaltic,Baltic,\n';
const ports = 'code,name,parent_slug\nCNGGZ,Gaganzi,china\nEETLL,Tallel,baltic\nCNSHA,Shapo,china\n';
const prices = [
  'orig_code,dest_code,day,price',
  // 100.005 on average: half a cent goes up.
  ...['100.00', '100.00', '100.015'].map((price) => `CNGGZ,EETLL,2021-01-03,${price}`),
  ...['1', '2'].map((price) => `CNGGZ,EETLL,2021-01-02,${price}`),
  'CNSHA,EETLL,2021-01-02,4.5',
  '',
].join('\n');

describe('GET /rates', () => {
  let world: World;
  let service: TestApp;
  before(async () => {
    world = await createWorld();
    service = await testApp({ tables: world.tables });
  });
  after(async () => {
    await service.close();
    await world.close();
  });

  const query = { date_from: '2021-01-01', date_to: '2021-01-04', orig_code: 'CNGGZ', dest_code: 'EETLL' };
  const get = (parameters: Record<string, string>) =>
    service.call({ method: 'GET', url: '/rates', query: parameters, headers: { authorization: '' } });

  it('knows no location before a file was committed', async () => {
    const answer = await get(query);
    expect(answer.statusCode).to.equal(404);
    expect(answer.json().errors.map(({ field }: { field: string }) => field)).to.deep.equal([
      'query.orig_code',
      'query.dest_code',
    ]);
  });

  describe('with prices', () => {
    before(async () => {
      await world.ingest('ports', ports);
      await world.ingest('prices', prices);
      // Regions may come last.
      await world.ingest('regions', regions);
    });

    it('answers every day, newest first, with a mean where there are three prices', async () => {
      const answer = await get(query);
      expect(answer.statusCode).to.equal(200);
      expect(answer.json()).to.deep.equal({
        rates: [
          { day: '2021-01-04', price: null, count: null },
          { day: '2021-01-03', price: 100.01, count: 3 },
          { day: '2021-01-02', price: null, count: 2 },
          { day: '2021-01-01', price: null, count: null },
        ],
      });
    });

    it('takes regions for either end', async () => {
      const answer = await get({
        ...query,
        date_from: '2021-01-02',
        date_to: '2021-01-02',
        orig_code: 'asia',
      });
      expect(answer.json()).to.deep.equal({ rates: [{ day: '2021-01-02', price: 2.5, count: 3 }] });
    });

    it('has an empty lane between locations without prices', async () => {
      const answer = await get({
        ...query,
        date_from: '2021-01-04',
        orig_code: 'baltic',
        dest_code: 'china',
      });
      expect(answer.json()).to.deep.equal({ rates: [{ day: '2021-01-04', price: null, count: null }] });
    });

    it('answers 404 for an unknown location, and names it', async () => {
      for (const location of ['XXXXX', 'atlantis', 'cnggz', '../x', '😀', '#', '__proto__']) {
        const answer = await get({ ...query, dest_code: location });
        expect(answer.statusCode, location).to.equal(404);
        expect(answer.json().errors[0].field).to.equal('query.dest_code');
      }
    });

    it('takes 3,660 days and no more', async () => {
      const most = await get({ ...query, date_from: '2012-01-01', date_to: '2022-01-07' });
      expect(most.statusCode).to.equal(200);
      expect(most.json().rates).to.have.length(3660);
      const tooMany = await get({ ...query, date_from: '2012-01-01', date_to: '2022-01-08' });
      expect(tooMany.statusCode).to.equal(400);
      expect(tooMany.json().errors[0].field).to.equal('query.date_to');
    });

    const invalid: readonly [string, Record<string, string>, readonly string[]][] = [
      ['a day that does not exist', { ...query, date_from: '2021-02-30' }, ['query.date_from']],
      [
        'both days wrong',
        { ...query, date_from: 'x', date_to: '2021-1-1' },
        ['query.date_from', 'query.date_to'],
      ],
      ['a time with the day', { ...query, date_to: '2021-01-04T00:00:00Z' }, ['query.date_to']],
      ['from after to', { ...query, date_from: '2021-01-05' }, ['query.date_from']],
      [
        'no locations',
        { date_from: '2021-01-01', date_to: '2021-01-01' },
        ['query.orig_code', 'query.dest_code'],
      ],
      ['an empty location', { ...query, orig_code: '' }, ['query.orig_code']],
      ['a parameter nobody knows', { ...query, currency: 'EUR' }, ['query.currency']],
    ];
    for (const [what, parameters, fields] of invalid) {
      it(`answers 400 for ${what}`, async () => {
        const answer = await get(parameters);
        expect(answer.statusCode).to.equal(400);
        expect(answer.json().errors.map(({ field }: { field: string }) => field)).to.deep.equal(fields);
      });
    }

    it('answers 400 for a parameter given twice', async () => {
      const url =
        '/rates?date_from=2021-01-01&date_from=2021-01-02&date_to=2021-01-03&orig_code=CNGGZ&dest_code=EETLL';
      const answer = await service.call({ method: 'GET', url });
      expect(answer.statusCode).to.equal(400);
      expect(answer.json().errors[0].field).to.equal('query.date_from');
    });
  });
});
