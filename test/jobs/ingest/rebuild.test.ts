import { BatchWriteItemCommand, DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { rollupKey, rollupsPrefix, sweepDelaySeconds } from '../../../contract/ingest.ts';
import { firstOfList } from '../../../data/rates/items.ts';
import { createRatesTable } from '../../../data/rates/table.ts';
import { portCode, portNumber } from '../../../jobs/ingest/port-code.ts';
import { seededRandom } from '../../../local/commands/sample/random.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';
import { isWrite, Killed, killer } from '../../support/killing.ts';
import { hangLimit, sized } from '../../support/rounds.ts';
import { readTable } from '../../support/table-reading.ts';

const ports = sized(80, 24);
const killedRebuilds = sized(100, 5);
const codes = Array.from({ length: ports }, (_, i) => portCode(portNumber('BAAAA') + i * 7919));
const list = (rows: readonly string[]) => `${rows.join('\n')}\n`;
const portsCsv = list(['code,name,parent_slug', ...codes.map((code, i) => `${code},${code},r${i % 6}`)]);
const regionsCsv = (top: (region: number) => string) =>
  list([
    'slug,name,parent_slug',
    ...['t0', 't1', 't2'].map((slug) => `${slug},${slug},`),
    ...Array.from({ length: 6 }, (_, i) => `r${i},Region ${i},${top(i)}`),
  ]);
const pricesCsv = list([
  'orig_code,dest_code,day,price',
  ...codes.flatMap((orig) =>
    codes.filter((dest) => dest !== orig).map((dest) => `${orig},${dest},2021-01-05,1`),
  ),
]);

describe('the rebuild of a tree', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.ingest(
      'regions',
      regionsCsv((i) => `t${i % 2}`),
    );
    await world.ingest('ports', portsCsv);
    await world.ingest('prices', pricesCsv);
  });
  afterEach(() => world.close());

  /** Notes the items that a client puts, by their keys, and counts its calls. */
  function counting(client: DynamoDBClient, written: string[], calls = { writes: 0, objects: 0 }) {
    const send = (command: object) => {
      if (command instanceof GetObjectCommand && command.input.Key?.startsWith(rollupsPrefix))
        calls.objects++;
      if (isWrite(command)) calls.writes++;
      if (command instanceof BatchWriteItemCommand)
        for (const requests of Object.values(command.input.RequestItems ?? {}))
          for (const { PutRequest } of requests)
            written.push(`${PutRequest?.Item?.pk?.S} ${PutRequest?.Item?.sk?.S}`);
      return client.send(command as BatchWriteItemCommand);
    };
    return new Proxy(client, {
      get: (target, name) => (name === 'send' ? send : Reflect.get(target, name)),
    });
  }

  it('does at most a tenth of its work twice, wherever it is killed', async () => {
    const random = seededRandom(Number(process.env.REBUILD_SEED ?? 1));
    // Few cells in memory, so that a temporary file is read again, too.
    const limits = { cells: 64 };
    let top = 0;

    /** Makes a list of regions active that needs another tree, and dies at one of the writes. */
    async function rebuilt(untilKill = Number.POSITIVE_INFINITY) {
      top++;
      const written: string[] = [];
      const calls = { writes: 0, objects: 0, kills: 0, runs: 0 };
      const file = await world.upload(
        'regions',
        regionsCsv((region) => `t${(region + top) % 3}`),
      );
      for (let left = untilKill, isDone = false; !isDone; left = Number.POSITIVE_INFINITY) {
        const { through } = killer(left, random() < 0.5);
        calls.runs++;
        try {
          await world.runAsJob(file, 'ingest', {
            limits,
            through: (c) => through(counting(c as DynamoDBClient, written, calls) as typeof c),
          });
          isDone = true;
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
          calls.kills++;
        }
      }
      const items = written.filter((key) => key.includes('#T#'));
      return { ...calls, items: items.length, twice: items.length - new Set(items).size };
    }

    const calm = await rebuilt();
    expect(calm).to.include({ kills: 0, objects: 1, twice: 0 });
    expect(calm.items).to.be.above(400);
    let kills = 0;
    for (let round = 0; round < killedRebuilds; round++) {
      const untilKill = Math.floor(random() * calm.writes);
      const killed = await rebuilt(untilKill);
      kills += killed.kills;
      expect(killed.twice, `items written twice, killed at write ${untilKill}`).to.be.at.most(
        calm.items / 10,
      );
      expect(killed.items - killed.twice, 'items in all').to.be.at.least(calm.items * 0.9);
      expect(killed.objects, 'a run reads each object once').to.be.at.most(killed.runs);
    }
    expect(kills).to.be.above(killedRebuilds / 2);
  }).timeout(hangLimit);

  it('makes the rollup objects that are missing: from uploads, and from segments where those are gone', async () => {
    const one = await world.upload(
      'prices',
      'orig_code,dest_code,day,price\nBAAAA,BALSP,2021-02-05,3\n'.replace('BALSP', codes[1] as string),
    );
    await world.run(one);
    const before = (await readTable(world)).cells;
    const objects = async () => {
      const { Contents = [] } = await world.s3.send(
        new ListObjectsV2Command({ Bucket: world.bucket, Prefix: rollupsPrefix }),
      );
      const texts = Contents.map(async ({ Key = '' }) => {
        const { Body } = await world.s3.send(new GetObjectCommand({ Bucket: world.bucket, Key }));
        return [Key, Buffer.from((await Body?.transformToByteArray()) ?? []).toString('base64')] as const;
      });
      return new Map(await Promise.all(texts));
    };
    const whole = await objects();
    expect(whole.size).to.equal(2);
    const remove = (Key: string) => world.s3.send(new DeleteObjectCommand({ Bucket: world.bucket, Key }));
    for (const Key of whole.keys()) await remove(Key);
    await remove(one.key);
    await world.ingest('ports', portsCsv.replace(',r5', ',r4'));
    await world.ingest('ports', portsCsv);
    expect(await objects()).to.deep.equal(whole);
    expect([...(await readTable(world)).cells].sort()).to.deep.equal([...before].sort());
  });

  it('makes one from segments, too, where the list is gone by which the rows of the upload were read', async () => {
    const rates = createRatesTable(world.client, world.ratesTable);
    const { ports } = (await rates.pointer()).active;
    await world.ingest('ports', portsCsv.replace(',r5', ',r4'));
    const before = (await readTable(world)).cells;
    const { value: committed } = await rates.allBatches().next();
    await world.s3.send(new DeleteObjectCommand({ Bucket: world.bucket, Key: rollupKey(committed.batch) }));
    await world.client.send(
      new DeleteItemCommand({ TableName: world.ratesTable, Key: firstOfList(ports as string) }),
    );
    await world.ingest('regions', regionsCsv((i) => `t${i % 2}`).replace('Region 0', 'Another name'));
    expect([...(await readTable(world)).cells].sort()).to.deep.equal([...before].sort());
  });

  it('leaves no tree behind that others would write into once its file has failed', async () => {
    const file = await world.upload(
      'regions',
      regionsCsv(() => 't2'),
    );
    const { through } = killer(6, false);
    await world.runAsJob(file, 'ingest', { through }).catch(() => undefined);
    await world.setState(file.id, 'failed');
    const written: string[] = [];
    const prices = await world.upload('prices', pricesCsv.replaceAll('2021-01-05', '2021-01-06'));
    await world.runAsJob(prices, 'ingest', {
      through: (c) => counting(c as DynamoDBClient, written) as typeof c,
    });
    const trees = written.map((key) => /#T#(\w+) /.exec(key)?.[1]).filter((tree) => tree !== undefined);
    expect(new Set(trees).size, 'trees that were written into').to.equal(1);
    // The first sweep dates the list that the dead job wrote.
    for (const delays of [1, 2]) await world.sweep(delays * (sweepDelaySeconds + 1) * 1000);
    expect((await readTable(world)).dead).to.deep.equal([]);
  });
});
