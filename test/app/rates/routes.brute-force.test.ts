import { expect } from 'chai';
import { portsCsv, regionsCsv, samplePorts } from '../../../local/commands/sample/locations.ts';
import { pricesCsv } from '../../../local/commands/sample/prices.ts';
import { seededRandom } from '../../../local/commands/sample/random.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { allRows, bruteForce } from '../../support/brute-force.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';

const seed = 1;
const pairs = 1000;

describe('GET /rates against brute force over the raw rows', () => {
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

  it(`is right in every cell, for ${pairs} random pairs of ports and regions and ranges`, async () => {
    const files = [
      { rows: 3000, seed, lanes: 12 },
      { rows: 2000, seed: 7, lanes: 25, from: '2020-12-20' },
      { rows: 1000, seed: 8, lanes: 400, from: '2021-02-26' },
    ].map(({ seed: prices, ...options }) =>
      // The ports are those of one seed, whatever the prices.
      samePorts([...pricesCsv({ ...options, seed: prices })].join(''), prices),
    );
    await world.ingest('regions', regionsCsv());
    await world.ingest('ports', portsCsv(seed));
    // The second needs a temporary file and several parts of a month: the answer must not depend on that.
    const limits = [{}, { lanes: 16, spillBytes: 0 }, { lanes: 64 }];
    for (const [i, file] of files.entries()) {
      const outcome = await world.ingest('prices', file, { limits: limits[i] ?? {} });
      expect(outcome).to.include({ state: 'committed', rows_rejected: 0 });
    }
    const again = await world.ingest('prices', files[0] as string);
    expect(again.duplicate_of).to.be.a('string');

    const rows = allRows(regionsCsv(), portsCsv(seed), files);
    const random = seededRandom(seed);
    const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] as string;
    const quoted = [...new Set(rows.flatMap(({ origs, dests }) => [...origs, ...dests]))];
    const everything = [...samplePorts(seed).map(({ code }) => code), ...quoted];
    const days = [...new Set(rows.map(({ day }) => day))].sort();
    let told = 0;
    let withheld = 0;
    for (let i = 0; i < pairs; i++) {
      const row = rows[Math.floor(random() * rows.length)] as (typeof rows)[number];
      const isQuoted = random() < 0.8;
      const orig = pick(isQuoted ? [...row.origs] : everything);
      const dest = pick(isQuoted ? [...row.dests] : everything);
      const [from, to] = [pick(days), pick(days)].sort() as [string, string];
      const expected = bruteForce(rows, orig, dest, from, to);
      const answer = await service.call({
        method: 'GET',
        url: `/rates?date_from=${from}&date_to=${to}&orig_code=${orig}&dest_code=${dest}`,
      });
      expect(answer.json(), `${orig} to ${dest}, ${from} to ${to}`).to.deep.equal({ rates: expected });
      told += expected.filter(({ price }) => price !== null).length;
      withheld += expected.filter(({ price, count }) => price === null && count !== null).length;
    }
    expect(told, 'days with a price among those compared').to.be.above(5000);
    expect(withheld, 'days with too few prices among those compared').to.be.above(100);
  }).timeout(60_000);
});

/** Prices made for the ports of another seed, with the n-th port of one in the place of the n-th of the other. */
function samePorts(csv: string, pricesSeed: number): string {
  const codes = samplePorts(seed).map(({ code }) => code);
  const renamed = new Map(samplePorts(pricesSeed).map(({ code }, i) => [code, codes[i] as string]));
  return csv.replace(
    /^([A-Z]{5}),([A-Z]{5})/gm,
    (_, orig, dest) => `${renamed.get(orig)},${renamed.get(dest)}`,
  );
}
