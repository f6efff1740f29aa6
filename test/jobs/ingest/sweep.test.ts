import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { sweepDelaySeconds } from '../../../contract/ingest.ts';
import { segmentItems } from '../../../data/rates/segment.ts';
import { createRatesTable } from '../../../data/rates/table.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';
import { killer } from '../../support/killing.ts';
import { readTable } from '../../support/table-reading.ts';

const regions = 'slug,name,parent_slug\nasia,Asia,\n';
const ports = 'code,name,parent_slug\nCNGGZ,Gaganzi,asia\nEETLL,Tallel,\n';
const prices = 'orig_code,dest_code,day,price\nCNGGZ,EETLL,2021-01-05,1\n';
const later = (sweepDelaySeconds + 1) * 1000;

describe('a sweep', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.ingest('regions', regions);
    await world.ingest('ports', ports);
  });
  afterEach(() => world.close());

  /** Runs a job, and something else right before its first transaction: a price file's commit, or the begin of a tree. */
  async function beforeCommit(
    body: string,
    between: (id: string) => Promise<unknown>,
    kind: 'prices' | 'ports' = 'prices',
  ) {
    const file = await world.upload(kind, body);
    let isDone = false;
    const hold = <T>(client: T): T =>
      new Proxy(client as DynamoDBClient, {
        get: (target, name) =>
          name !== 'send'
            ? Reflect.get(target, name)
            : async (command: TransactWriteItemsCommand) => {
                if (command instanceof TransactWriteItemsCommand && !isDone) {
                  isDone = true;
                  await between(file.id);
                }
                return target.send(command);
              },
      }) as T;
    const outcome = await world
      .runAsJob(file, 'ingest', { through: hold })
      .catch((error: Error) => error.name);
    expect(isDone).to.equal(true);
    return { file, outcome };
  }
  const cells = async () => Object.fromEntries((await readTable(world)).cells);
  const once = { 'CNGGZ EETLL 2021-01-05': '1 10000', 'asia EETLL 2021-01-05': '1 10000' };

  it('leaves the segments and the object of a job that runs alone', async () => {
    const { outcome } = await beforeCommit(prices, async () => {
      expect(await world.sweep(later)).to.include({ segments: 0, drafts: 0, objects: 0 });
    });
    expect(outcome).to.include({ state: 'committed' });
    expect(await cells()).to.deep.equal(once);
    await world.ingest('regions', 'slug,name,parent_slug\nchina,China,\n');
    expect(await cells(), 'from the object').to.deep.equal(once);
  });

  it('removes those of a job whose file has failed, which cannot commit them afterwards', async () => {
    const { file, outcome } = await beforeCommit(prices, async (id) => {
      await world.setState(id, 'failed');
      expect(await world.sweep()).to.include({ segments: 2, drafts: 1, objects: 1 });
    });
    expect(outcome).to.equal('ClaimLost');
    expect(await cells()).to.deep.equal({});
    await world.sweep(later);
    expect((await readTable(world)).dead).to.deep.equal([]);
    await world.ledger.requeue(file.id);
    await world.claim(file.id);
    expect(await world.run(file)).to.include({ state: 'committed' });
    expect(await cells()).to.deep.equal(once);
  });

  describe('of lists of locations', () => {
    const morePorts = `${ports}CNSHA,Shapo,asia\n`;
    const rates = () => createRatesTable(world.client, world.ratesTable);
    const activePorts = async () => {
      const { active } = await rates().pointer();
      return (await rates().locations(active.ports)).map(({ id }) => id);
    };
    const complete = async (content: string) =>
      expect(await world.ingest('ports', content, { complete: true })).to.include({ state: 'committed' });

    it('removes one that was replaced, once its readers are done, and never one that is active again', async () => {
      await complete(morePorts);
      expect(await world.sweep()).to.include({ lists: 0 });
      await complete(ports);
      expect(await world.sweep(later), 'the list with more ports alone').to.include({ lists: 1 });
      expect(await activePorts()).to.deep.equal(['CNGGZ', 'EETLL']);
      expect((await readTable(world)).dead).to.deep.equal([]);
      await complete(morePorts);
      expect(await activePorts()).to.deep.equal(['CNGGZ', 'CNSHA', 'EETLL']);
    });

    it('leaves one that a batch names, by which a job may still read the rows of an upload', async () => {
      await world.ingest('prices', prices);
      const { active } = await rates().pointer();
      await complete(morePorts);
      for (const times of [1, 3]) expect(await world.sweep(times * later)).to.include({ lists: 0 });
      expect((await rates().locations(active.ports)).map(({ id }) => id)).to.deep.equal(['CNGGZ', 'EETLL']);
    });

    for (const [what, delays] of [
      ['dated the list', [1]],
      ['removed the list', [1, 3]],
    ] as const)
      it(`that ${what} while a job wrote it again makes that job write it anew`, async () => {
        const sweeps = async () => {
          for (const times of delays) await world.sweep(times * later);
        };
        await complete(morePorts);
        const { outcome } = await beforeCommit(
          'code,name,parent_slug\nCNSHA,Shanghai,asia\n',
          sweeps,
          'ports',
        );
        expect(outcome).to.include({ state: 'committed' });
        expect(await activePorts()).to.deep.equal(['CNGGZ', 'CNSHA', 'EETLL']);
        expect(await world.ingest('prices', prices)).to.include({ state: 'committed' });
      });

    it('is finished by the next one when it is killed, whatever its last write was', async () => {
      const names = Array.from({ length: 2001 }, (_, i) => `r${i},R,\n`).join('');
      for (let kill = 0; kill < 5; kill++) {
        await world.ingest('regions', `slug,name,parent_slug\n${names}x${kill},X,\n`);
        await world.ingest('regions', regions.replace('Asia', `Asia ${kill}`), { complete: true });
        const { through } = killer(kill, kill % 2 === 0);
        const end = await world.sweepThrough(through, later).catch(({ name }: Error) => name);
        expect(end, `${kill}`).to.equal('Killed');
        for (const times of [1, 3]) await world.sweep(times * later);
        expect((await readTable(world)).dead, `${kill}`).to.deep.equal([]);
      }
    });
  });

  it('leaves what a job of the release before may be writing, for a week', async () => {
    const Item = segmentItems(undefined, 2021 * 12, `${'0'.repeat(32)}-01234567`, 0)('CNGGZ', 'EETLL', '1:1');
    await world.client.send(new PutItemCommand({ TableName: world.ratesTable, Item }));
    const day = 86_400_000;
    expect(await world.sweep()).to.include({ segments: 0 });
    expect(await world.sweep(6 * day)).to.include({ segments: 0 });
    expect(await world.sweep(8 * day)).to.include({ segments: 1 });
    await world.sweep(8 * day);
    expect((await readTable(world)).dead).to.deep.equal([]);
  });
});
