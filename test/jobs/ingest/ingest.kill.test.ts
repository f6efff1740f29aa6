import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { type IngestKind, ingestVariables, type JobTask } from '../../../contract/ingest.ts';
import { meanPrice } from '../../../data/rates/mean.ts';
import type { IngestFile } from '../../../jobs/ingest/job.ts';
import { type DatabaseProxy, databaseProxy } from '../../../local/aws/database-proxy.ts';
import { portsCsv, regionsCsv } from '../../../local/commands/sample/locations.ts';
import { pricesCsv } from '../../../local/commands/sample/prices.ts';
import { seededRandom } from '../../../local/commands/sample/random.ts';
import { allRows, bruteForce, type Rate, type Row } from '../../support/brute-force.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';
import { hangLimit, sized } from '../../support/rounds.ts';
import { chinaInAfrica, sampleLanes } from '../../support/sample-lanes.ts';

const from = '2021-01-01';
const to = '2021-02-28';
const random = seededRandom(Number(process.env.KILL_SEED ?? 1));
const rounds = sized(10, 1);
const killsPerFile = Number(process.env.KILLS ?? 2);

const files: readonly (readonly [IngestKind, string])[] = [
  ['regions', regionsCsv()],
  ['ports', portsCsv(1)],
  ['prices', [...pricesCsv({ rows: 1500, seed: 1, lanes: 8 })].join('')],
  ['prices', [...pricesCsv({ rows: 800, seed: 1, lanes: 30, from: '2021-02-01' })].join('')],
  ['regions', chinaInAfrica],
];
let kills = 0;
const writes = ['BatchWriteItem', 'PutItem', 'UpdateItem', 'TransactWriteItems'];

describe(`jobs killed ${killsPerFile} times per file at random writes and run again`, () => {
  let world: World;
  let proxy: DatabaseProxy;
  beforeEach(async () => {
    world = await createWorld();
    proxy = await databaseProxy(world.tables.endpoint);
  });
  afterEach(async () => {
    await proxy.close();
    await world.close();
  });

  for (let round = 1; round <= rounds; round++)
    it(`come to the state of an undisturbed run, and no reader sees anything in between, round ${round}`, async () => {
      const lists = { regions: '', ports: '' };
      const prices = new Map<string, string>();
      const state = () => expected(lists.regions, lists.ports, [...prices.values()]);

      /** Lets a job that is killed do its work, beside a reader, and the model do the same. */
      async function change(model: () => void, job: Parameters<typeof killedRepeatedly>[2]): Promise<void> {
        const before = state();
        model();
        const after = state();
        const polled = await poll(world, () => killedRepeatedly(world, proxy, job));
        for (const [lane, answer] of polled) expect([before[lane], after[lane]], lane).to.include(answer);
        expect(await readState(world)).to.deep.equal(after);
      }

      async function ingest(kind: IngestKind, body: string, replaces?: string): Promise<IngestFile> {
        const file = await world.upload(kind, body, replaces === undefined ? {} : { replaces });
        const model = () => {
          if (kind !== 'prices') lists[kind] = body;
          else prices.set(file.id, body);
          prices.delete(replaces ?? '');
        };
        await change(model, { file });
        const rows = body.trimEnd().split('\n').length - 1;
        const entry = await world.ledger.read(file.id);
        expect(entry).to.include({ state: 'committed', rows_read: rows, rows_accepted: rows });
        expect(entry?.duplicate_of).to.equal(undefined);
        if (replaces !== undefined)
          expect(await world.ledger.read(replaces)).to.include({ state: 'replaced', replaced_by: file.id });
        return file;
      }

      const ingested: IngestFile[] = [];
      for (const [kind, body] of files) ingested.push(await ingest(kind, body));
      const [january, february] = ingested.filter(({ kind }) => kind === 'prices') as [
        IngestFile,
        IngestFile,
      ];
      const corrected = prices.get(january.id)?.replaceAll('2021-01-0', '2021-01-1') as string;
      await ingest('prices', corrected, january.id);
      await world.askForRetraction(february);
      await change(() => prices.delete(february.id), { file: february, task: 'retraction' });
      expect(await world.ledger.read(february.id)).to.include({ state: 'retracted' });

      const rows = allRows(lists.regions, lists.ports, [...prices.values()]);
      expect(bruteForce(rows, 'china', 'baltic', from, to).some(({ price }) => price !== null)).to.equal(
        true,
      );
    }).timeout(hangLimit);

  it('were killed more often than not', () => {
    // A kill point beyond a file's last write kills nobody.
    expect(kills).to.be.above((rounds * (files.length + 2) * killsPerFile) / 2);
  });
});

/** Kills the job right before or after one of its writes reaches the database, and runs it again, until it ends. */
async function killedRepeatedly(
  world: World,
  proxy: DatabaseProxy,
  { file, task }: { readonly file: IngestFile; readonly task?: JobTask },
): Promise<void> {
  const spawn = () =>
    world.spawn(file, {
      AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
      ...(task === undefined ? {} : { [ingestVariables.kind]: task }),
    });
  for (let kill = 0; kill < killsPerFile; kill++) {
    // The more writes, the later; the first runs of a file tell how many there are.
    let untilKill = Math.floor(random() ** 2 * 24);
    const isBefore = random() < 0.5;
    const job = spawn();
    const killAt = async (moment: 'before' | 'after', operation: string) => {
      if (!writes.includes(operation) || (moment === 'before') !== isBefore || untilKill-- > 0) return;
      job.process.kill('SIGKILL');
      await job.ended;
      throw new Error('the job is dead');
    };
    proxy.disturb({
      before: (call) => killAt('before', call.operation),
      after: (call) => killAt('after', call.operation),
    });
    const end = await job.ended;
    expect(end, job.output()).to.be.oneOf(['SIGKILL', 0]);
    if (end === 'SIGKILL') kills++;
  }
  proxy.disturb({});
  const last = spawn();
  expect(await last.ended, last.output()).to.equal(0);
}

/** What readers see while `work` is under way: one reader with caches, as the service has. */
async function poll(world: World, work: () => Promise<void>): Promise<[string, string][]> {
  const store = world.store();
  const seen: [string, string][] = [];
  let isDone = false;
  const working = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    seen.push(...Object.entries(await readState(world, store)));
    // Leaves the processor to the jobs now and then; nothing waits for this.
    await setTimeout(10);
  }
  await working;
  return seen;
}

/** Each lane's answer as text. One answer is of one revision; those of two lanes need not be. */
type State = Record<string, string>;

async function readState(world: World, store = world.store()): Promise<State> {
  const answers: State = {};
  for (const [orig, dest] of sampleLanes) {
    const read = await store.read({ from, to, orig, dest });
    answers[`${orig} ${dest}`] = 'unknown' in read ? 'unknown' : JSON.stringify(toRates(read.quotes));
  }
  return answers;
}

function toRates(quotes: ReadonlyMap<string, { count: number; sum: bigint }>): Rate[] {
  return [...quotes]
    .filter(([day]) => day >= from && day <= to)
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .map(([day, found]) => ({ day, price: meanPrice(found), count: found.count }));
}

function expected(regions: string, ports: string, prices: readonly string[]): State {
  const rows: Row[] = allRows(regions, ports, prices);
  const known = [regions, ports].flatMap((csv) => csv.split('\n').map((line) => line.split(',')[0]));
  const answers: State = {};
  for (const [orig, dest] of sampleLanes) {
    const rates = bruteForce(rows, orig, dest, from, to).filter(({ count }) => count !== null);
    answers[`${orig} ${dest}`] =
      known.includes(orig) && known.includes(dest) ? JSON.stringify(rates) : 'unknown';
  }
  return answers;
}
