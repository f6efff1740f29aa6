import { expect } from 'chai';
import { portsCsv, regionsCsv } from '../local/commands/sample/locations.ts';
import { pricesCsv } from '../local/commands/sample/prices.ts';
import { Newcomer } from './docs/newcomer.ts';
import { promiseOf } from './docs/promises.ts';
import { walk } from './docs/walk.ts';
import { allRows, bruteForce } from './support/brute-force.ts';
import { freePort } from './support/free-port.ts';

/** All that a newcomer has; cat is in the README's own `$(cat .trellis/api-key)`. */
const programs = ['node', 'npm', 'git', 'curl', 'sh', 'cat'];

/** What installs (`npm run drill:package` does), needs AWS, takes minutes, or is this very test. */
const notRun = [
  /^npm run pack$/,
  /^cd \.\.\/shop/,
  /--prefix \.\.\/trellis/,
  /^npm ci$/,
  /^npm test$/,
  /^npm run bench$/,
  /^npm run up\b/,
  /\bpulumi /,
];

describe('The README, command by command', function () {
  this.timeout(120_000);
  let newcomer: Newcomer;
  before(async () => {
    newcomer = new Newcomer([await freePort()], programs);
  });
  after(() => newcomer.leave());

  walk({
    document: 'README.md',
    newcomer: () => newcomer,
    isRun: (command) => !notRun.some((pattern) => pattern.test(command)),
    promiseOf,
  });

  it("has left the seed's data alone: its rates are those of its own files", async () => {
    const rows = allRows(regionsCsv(), portsCsv(1), [[...pricesCsv({ rows: 5000, seed: 1 })].join('')]);
    for (const [orig, dest] of [
      ['CNGGZ', 'EETLL'],
      ['asia', 'europe'],
      ['africa', 'us_west_coast'],
    ] as const) {
      const days = 'date_from=2021-01-01&date_to=2021-01-31';
      const url = `localhost:8080/rates?${days}&orig_code=${orig}&dest_code=${dest}`;
      const { output } = await newcomer.terminal().run(newcomer.adapt(`curl -s '${url}'`));
      const { rates } = JSON.parse(output) as { rates: { day: string; price: number | null }[] };
      const expected = bruteForce(rows, orig, dest, '2021-01-01', '2021-01-31');
      expect(rates.map(({ day, price }) => [day, price])).to.deep.equal(
        expected.map(({ day, price }) => [day, price]),
      );
    }
  });

  it('still has its data after the second start', async () => {
    const { output } = await newcomer.terminal().run(newcomer.adapt('curl localhost:8080/page'));
    expect(output).to.contain('<h1>The saved string is new string</h1>');
  });

  it('ends at Ctrl-C', () => newcomer.stopSystem());
});

describe('What the README promises', () => {
  it('is said of each of its commands, so that a new one is red', () => {
    expect(() => promiseOf('npm run news')).to.throw('npm run news');
  });
});
