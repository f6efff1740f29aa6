import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { createLedger, expectedItem, type Ledger } from '../../../data/ledger/ledger.ts';
import { physicalName } from '../../../local/aws/tables.ts';
import { databaseClient } from '../../support/clients.ts';
import { freshTables } from '../../support/tables.ts';

const counts = { rows_read: 5, rows_accepted: 4, rows_rejected: 1 };

describe('the ledger', () => {
  let ledger: Ledger;
  let client: DynamoDBClient;
  let table: string;

  before(async () => {
    const { endpoint, prefix } = await freshTables();
    table = physicalName(prefix, 'ingests');
    client = databaseClient(endpoint);
    ledger = createLedger(client, table);
  });
  after(() => client.destroy());

  /** A file that the execution `one` has claimed, as the state machine does it. */
  async function claimed(id: string, state = 'queued') {
    const now = new Date().toISOString();
    const Item = expectedItem({
      id,
      kind: 'prices',
      key: `incoming/prices/${id}/day.csv`,
      partial: false,
      state: 'awaiting_upload',
      size: 1,
      retries: 0,
      created_at: now,
      updated_at: now,
    });
    await client.send(new PutItemCommand({ TableName: table, Item }));
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { id: { S: id } },
        UpdateExpression: 'SET #state = :state, #execution = :one, #version = :v',
        ExpressionAttributeNames: { '#state': 'state', '#execution': 'execution', '#version': 'version' },
        ExpressionAttributeValues: { ':state': { S: state }, ':one': { S: 'one' }, ':v': { S: 'v1' } },
      }),
    );
    return ledger.run(id, 'one');
  }

  it('follows a job from its start to its outcome, however often it says the same', async () => {
    const run = await claimed('follows');
    for (let i = 0; i < 2; i++) expect(await run.start()).to.include({ id: 'follows', state: 'running' });
    expect(await ledger.read('follows')).to.include({ state: 'running', rows_read: 0 });
    expect(await run.progress(counts)).to.equal(true);
    expect(await ledger.read('follows')).to.include({ state: 'running', ...counts });
    await run.note('the database was away');
    const outcome = { ...counts, state: 'committed', batch: 'b' } as const;
    expect([await run.finish(outcome), await run.finish(outcome)]).to.deep.equal([true, true]);
    expect(await ledger.read('follows')).to.include({ state: 'committed', batch: 'b', reason: undefined });
  });

  it('takes no word of a job whose execution has lost the claim', async () => {
    await claimed('lost');
    const other = ledger.run('lost', 'two');
    const answers = [
      (await other.start()) !== undefined,
      await other.progress(counts),
      await other.note('x'),
      await other.finish({ ...counts, state: 'committed' }),
    ];
    expect(answers).to.deep.equal([false, false, false, false]);
    expect(await ledger.read('lost')).to.include({ state: 'queued', rows_read: 0, reason: undefined });
  });

  it('does not start, nor go on with, a file that an earlier attempt has settled', async () => {
    const run = await claimed('settled', 'committed');
    const isStarted = (await run.start()) !== undefined;
    expect([isStarted, await run.progress(counts), await run.note('x')]).to.deep.equal([false, false, false]);
  });

  it('gives up a claim for the execution that holds it alone, and not once the file is settled', async () => {
    await claimed('abandoned', 'running');
    expect(await ledger.abandon('abandoned', 'two')).to.equal(false);
    expect(await ledger.abandon('abandoned', 'one')).to.equal(true);
    expect(await ledger.read('abandoned')).to.include({ state: 'queued', execution: undefined });
    await claimed('done', 'committed');
    expect(await ledger.abandon('done', 'one')).to.equal(false);
  });

  it('queues failed and rejected files again, and forgets what came of them', async () => {
    for (const state of ['failed', 'rejected']) {
      const run = await claimed(state, 'running');
      await run.finish({ ...counts, state: 'rejected', reason: 'bad', rejects_key: 'r' });
      expect(await ledger.requeue(state)).to.deep.include({
        state: 'queued',
        retries: 1,
        rows_read: 0,
        reason: undefined,
        rejects_key: undefined,
        execution: undefined,
        version: 'v1',
      });
      // Unclaimed still: the first start may have got lost.
      expect(await ledger.requeue(state)).to.include({ state: 'queued', retries: 2 });
    }
    for (const state of ['queued', 'running', 'committed']) {
      await claimed(`not-${state}`, state);
      expect(await ledger.requeue(`not-${state}`), state).to.equal(undefined);
    }
  });

  it('queues a partly committed file of prices again, but no duplicate', async () => {
    const run = await claimed('partly', 'running');
    await run.finish({ ...counts, state: 'committed', batch: 'b' });
    expect(await ledger.requeue('partly')).to.include({ state: 'queued', retries: 1, rows_rejected: 0 });
    const copy = await claimed('copy', 'running');
    await copy.finish({ ...counts, state: 'committed', batch: 'b', duplicate_of: 'partly' });
    expect(await ledger.requeue('copy')).to.equal(undefined);
  });

  it('asks for the retraction of a committed file, however often, and of no other', async () => {
    const run = await claimed('retracted', 'running');
    expect(await ledger.requestRetraction('retracted', 'ann')).to.equal(undefined);
    await run.finish({ ...counts, state: 'committed', batch: 'b' });
    const asked = await ledger.requestRetraction('retracted', 'ann');
    expect(asked).to.include({ state: 'retracting', retraction_requested_by: 'ann', execution: undefined });
    expect(asked?.retraction_requested_at).to.match(/^\d{4}-/);
    expect(await ledger.requestRetraction('retracted', 'bob')).to.deep.equal(asked);
    const copy = await claimed('duplicate', 'running');
    await copy.finish({ ...counts, state: 'committed', batch: 'b', duplicate_of: 'retracted' });
    for (const id of ['duplicate', 'unknown'])
      expect(await ledger.requestRetraction(id, 'ann'), id).to.equal(undefined);
  });

  it('asks anew for a retraction when its execution has been silent for too long to be alive', async () => {
    const run = await claimed('silent', 'running');
    await run.finish({ ...counts, state: 'committed', batch: 'b' });
    await ledger.requestRetraction('silent', 'ann');
    const claimAt = (updated_at: number) =>
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { id: { S: 'silent' } },
          UpdateExpression: 'SET execution = :lost, updated_at = :at, retraction_requested_at = :at',
          ExpressionAttributeValues: {
            ':lost': { S: 'lost' },
            ':at': { S: new Date(updated_at).toISOString() },
          },
        }),
      );
    await claimAt(Date.now() - 74 * 60_000);
    expect(await ledger.requestRetraction('silent', 'bob')).to.include({ execution: 'lost' });
    await claimAt(Date.now() - 76 * 60_000);
    const again = await ledger.requestRetraction('silent', 'bob');
    expect(again).to.include({ state: 'retracting', execution: undefined, retraction_requested_by: 'bob' });
    expect(Date.now() - Date.parse(again?.retraction_requested_at as string)).to.be.below(60_000);
    expect(await ledger.run('silent', 'lost').startRetraction()).to.equal(undefined);
  });

  it('runs a retraction for the execution that has claimed it, which may give it up', async () => {
    const run = await claimed('claimed', 'retracting');
    expect(await run.start()).to.equal(undefined);
    expect(await ledger.run('claimed', 'two').startRetraction()).to.equal(undefined);
    expect(await run.startRetraction()).to.include({ state: 'retracting' });
    expect(await run.note('the database was away')).to.equal(true);
    expect(await ledger.abandon('claimed', 'one')).to.equal(true);
    expect(await ledger.read('claimed')).to.include({ state: 'retracting', execution: undefined });
  });
});
