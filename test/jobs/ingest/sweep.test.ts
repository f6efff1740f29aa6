import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { sweepDelaySeconds } from '../../../contract/ingest.ts';
import { segmentItems } from '../../../data/rates/segment.ts';
import { createWorld, type World } from '../../support/ingest-jobs.ts';
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

  /** Runs a job, and something else right before its commit. */
  async function beforeCommit(body: string, between: (id: string) => Promise<unknown>) {
    const file = await world.upload('prices', body);
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
