import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import type { RatesStore } from '../../../app/rates/store.ts';
import { meanPrice } from '../../../data/rates/mean.ts';
import { portsCsv, regionsCsv } from '../../../local/commands/sample/locations.ts';
import { pricesCsv } from '../../../local/commands/sample/prices.ts';
import { allRows, bruteForce, type Rate } from '../../support/brute-force.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';
import { chinaInAfrica } from '../../support/sample-lanes.ts';

const from = '2021-01-01';
const to = '2021-03-31';
const lanes = [
  ['asia', 'europe'],
  ['africa', 'north_europe'],
  ['china', 'baltic'],
  ['CNGGZ', 'europe'],
  ['CNGGZ', 'EETLL'],
] as const;
const chinaAlone = regionsCsv().replace('china,China,asia', 'china,China,');
const allPorts = portsCsv(1);
/** Without the last ports, which no price is of. */
const fewerPorts = `${allPorts.trimEnd().split('\n').slice(0, -5).join('\n')}\n`;

describe('files at the same time', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.ingest('regions', regionsCsv());
    await world.ingest('ports', allPorts);
  });
  afterEach(() => world.close());

  it('of regions, ports and prices: everything is committed once, into the tree that wins', async () => {
    const early = prices(1, 2);
    for (const body of early) await world.ingest('prices', body);
    const late = prices(3, 6);
    const outcomes = await Promise.all([
      world.ingest('regions', chinaInAfrica),
      ...late.map((body) => world.ingest('prices', body)),
      world.ingest('regions', chinaAlone),
      world.ingest('ports', fewerPorts, { complete: true }),
      ...late.map((body) => world.ingest('prices', body)),
    ]);
    for (const outcome of outcomes) expect(outcome.state, outcome.reason).to.equal('committed');
    const duplicates = outcomes.filter(({ duplicate_of }) => duplicate_of !== undefined);
    expect(duplicates).to.have.length(late.length);

    // Either file of regions may have been the last.
    const answers = await readAll(world.store());
    const candidates = [chinaInAfrica, chinaAlone].map((regions) =>
      expectedAll(regions, [...early, ...late]),
    );
    expect(candidates).to.deep.include(answers);
  });

  it('and readers meanwhile see whole files and one tree only', async () => {
    const [first, second] = prices(1, 2) as [string, string];
    await world.ingest('prices', first);
    const store = world.store();
    let isDone = false;
    const work = (async () => {
      await world.ingest('prices', second);
      await world.ingest('regions', chinaInAfrica);
    })().finally(() => {
      isDone = true;
    });
    const seen: Record<string, Rate[]>[] = [];
    while (!isDone) seen.push(await readAll(store));
    await work;
    const states = [
      expectedAll(regionsCsv(), [first]),
      expectedAll(regionsCsv(), [first, second]),
      expectedAll(chinaInAfrica, [first, second]),
    ];
    for (const answers of seen) {
      for (const [lane, answer] of Object.entries(answers)) {
        expect(
          states.map((state) => state[lane]),
          lane,
        ).to.deep.include(answer);
      }
    }
    expect(await readAll(store)).to.deep.equal(states[2]);
  });

  it('the same regions again change nothing; older ones come back when they are uploaded anew', async () => {
    const [body] = prices(1, 1) as [string];
    await world.ingest('prices', body);
    const other = await world.upload('regions', chinaInAfrica);
    expect((await world.run(other)).duplicate_of).to.equal(undefined);
    expect((await world.ingest('regions', chinaInAfrica)).duplicate_of).to.equal(other.id);
    expect(await readAll(world.store())).to.deep.equal(expectedAll(chinaInAfrica, [body]));

    expect((await world.ingest('regions', regionsCsv())).duplicate_of).to.equal(undefined);
    // A late run of the file that was replaced must not bring it back.
    expect(await world.run(other)).to.include({ state: 'committed', duplicate_of: undefined });
    expect(await readAll(world.store())).to.deep.equal(expectedAll(regionsCsv(), [body]));
  });

  it('a new tree gets prices whose files are gone from the bucket, too', async () => {
    const bodies = prices(1, 2);
    // Few, since every pair of ports is looked at.
    await world.ingest('ports', portsOf(bodies));
    const files = await Promise.all(bodies.map((body) => world.upload('prices', body)));
    for (const file of files) await world.run(file);
    const [gone] = files as [(typeof files)[number]];
    await world.s3.send(new DeleteObjectCommand({ Bucket: world.bucket, Key: gone.key }));
    await world.ingest('regions', chinaInAfrica);
    expect(await readAll(world.store())).to.deep.equal(expectedAll(chinaInAfrica, bodies));
  });

  it('rows that a partial file had refused stay out until it is run again', async () => {
    await world.ingest('ports', fewerPorts, { complete: true });
    const [unknown = ''] = allPorts.trimEnd().split('\n').slice(-1)[0]?.split(',') ?? [];
    const [body] = prices(1, 1) as [string];
    const whole = `${body}${unknown},EETLL,2021-01-05,100\n`;
    const outcome = await world.ingest('prices', whole, { partial: true });
    expect(outcome).to.include({ state: 'committed', rows_rejected: 1 });
    expect(await world.rejects(outcome)).to.have.length(1);
    await world.ingest('ports', allPorts);
    expect(await readAll(world.store())).to.deep.equal(expectedAll(regionsCsv(), [body]));
    const lane = { from, to, orig: unknown, dest: 'EETLL' };
    expect(await world.store().read(lane)).to.deep.equal({ quotes: new Map() });
    expect(await world.ingest('prices', whole, { partial: true })).to.include({ rows_rejected: 0 });
    const quotes = new Map([['2021-01-05', { count: 1, sum: 1_000_000n }]]);
    expect(await world.store().read(lane)).to.deep.equal({ quotes });
    expect(await readAll(world.store())).to.deep.equal(expectedAll(regionsCsv(), [whole]));
  });
});

/** Files of prices that differ, of the same few lanes. */
function prices(first: number, files: number): string[] {
  return Array.from({ length: files }, (_, i) =>
    [...pricesCsv({ rows: 150, seed: 1, lanes: 6, from: `2021-0${1 + ((first + i) % 3)}-0${1 + i}` })].join(
      '',
    ),
  );
}

/** The ports that the prices are of, and no others. */
function portsOf(bodies: readonly string[]): string {
  const [header, ...rows] = allPorts.trimEnd().split('\n');
  const used = rows.filter((row) => bodies.some((body) => body.includes(row.slice(0, 5))));
  return `${[header, ...used].join('\n')}\n`;
}

async function readAll(store: RatesStore): Promise<Record<string, Rate[]>> {
  const answers: Record<string, Rate[]> = {};
  for (const [orig, dest] of lanes) {
    const read = await store.read({ from, to, orig, dest });
    if ('unknown' in read) throw new Error(`${orig} or ${dest} is unknown`);
    answers[`${orig} ${dest}`] = [...read.quotes]
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .map(([day, found]) => ({ day, price: meanPrice(found), count: found.count }));
  }
  return answers;
}

function expectedAll(regions: string, bodies: readonly string[]): Record<string, Rate[]> {
  const rows = allRows(regions, allPorts, bodies);
  return Object.fromEntries(
    lanes.map(([orig, dest]) => [
      `${orig} ${dest}`,
      bruteForce(rows, orig, dest, from, to).filter(({ count }) => count !== null),
    ]),
  );
}
