import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { IngestFile } from '../../../jobs/ingest/job.ts';
import { type DatabaseProxy, databaseProxy } from '../../../local/aws/database-proxy.ts';
import { portsCsv, regionsCsv } from '../../../local/commands/sample/locations.ts';
import { pricesCsv } from '../../../local/commands/sample/prices.ts';
import { killWithThisProcess } from '../../support/emulator.ts';
import { createWorld, type JobProcess, type World } from '../../support/ingest-jobs.ts';
import { together } from '../../support/together.ts';
import { until } from '../../support/until.ts';

describe('the ingest job as a process', () => {
  const waits = together(2);
  /** A test with tables and a bucket of its own. */
  const test = (title: string, work: (world: World) => Promise<void>) =>
    waits(title, async () => {
      const world = await createWorld();
      try {
        await work(world);
      } finally {
        await world.close();
      }
    });

  test('commits regions, ports and prices, and says so in the ledger', async (world) => {
    const files = {
      regions: regionsCsv(),
      ports: portsCsv(1),
      prices: [...pricesCsv({ rows: 5000, seed: 1 })].join(''),
    } as const;
    for (const [kind, body] of Object.entries(files)) {
      const file = await world.upload(kind as keyof typeof files, body);
      const job = world.spawn(file);
      expect(await job.ended, job.output()).to.equal(0);
      const rows = body.trimEnd().split('\n').length - 1;
      expect(await world.ledger.read(file.id), job.output()).to.include({
        state: 'committed',
        rows_read: rows,
        rows_accepted: rows,
        rows_rejected: 0,
      });
    }
  });

  test('rejects a line without end in little memory, and exits 0', async (world) => {
    // As large as the emulator takes in one piece; what is kept of a line does not depend on its length.
    const file = await world.upload('prices', `orig_code,dest_code,day,price\n${'x'.repeat(10_000_000)}`);
    const job = world.spawn(file);
    expect(await job.ended, job.output()).to.equal(0);
    const entry = await world.ledger.read(file.id);
    expect(entry?.state).to.equal('rejected');
    expect(entry?.reason).to.equal('line 2, column 65537: the line is longer than 65536 bytes');
    const last = job.output().trimEnd().split('\n').at(-1) as string;
    expect(JSON.parse(last).peak_memory_mb).to.be.below(250);
  });

  test('leaves a file alone that is settled, or claimed by another execution', async (world) => {
    const file = await world.upload('regions', regionsCsv());
    expect(await world.spawn(file).ended).to.equal(0);
    const before = await world.ledger.read(file.id);
    const again = world.spawn({ ...file, key: 'incoming/regions/gone' });
    expect(await again.ended).to.equal(0);
    expect(await world.ledger.read(file.id)).to.deep.equal(before);
  });

  test('exits otherwise, with a word in the ledger, when it cannot do its work', async (world) => {
    const file = await world.upload('regions', regionsCsv());
    const job = world.spawn(file, { TABLE_RATES: 'nowhere' });
    expect(await job.ended).to.equal(1);
    const entry = await world.ledger.read(file.id);
    expect(entry?.state).to.equal('running');
    expect(entry?.reason).to.equal('Requested resource not found');
    expect(await world.spawn(file).ended).to.equal(0);
    expect(await world.ledger.read(file.id)).to.include({ state: 'committed' });
  });

  test('has said what it works on when it is killed, as at its time limit', async (world) => {
    const file = await world.upload('regions', regionsCsv());
    let asked = false;
    const silent = createServer(() => {
      asked = true;
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const job = world.spawn(file, { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` });
    await until(() => asked);
    job.process.kill('SIGKILL');
    expect(await job.ended).to.equal('SIGKILL');
    silent.close();
    silent.closeAllConnections();
    expect(job.output()).to.include(`"ingest":"${file.id}"`).and.to.include(file.key);
  });

  test('has written every line when it is killed in the middle of its work', async () => {
    const script = `import { createJobLogger } from '${new URL('../../../data/logger.ts', import.meta.url)}';
      const logger = createJobLogger();
      for (const line of ['first', 'second', 'third']) logger.info(line);
      for (;;);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    killWithThisProcess({ process: child });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await until(() => output.includes('third'));
    child.kill('SIGKILL');
    expect(output.trimEnd().split('\n')).to.have.length(3);
  });

  describe('while its commit is held up', () => {
    let world: World;
    let proxy: DatabaseProxy;
    let job: JobProcess;
    let file: IngestFile;
    /** Resolves with the progress that the job reports, and lets the commit pass when `pass` is called. */
    let progress: Promise<void>;
    let pass: () => void;
    const body = [...pricesCsv({ rows: 100, seed: 1 })].join('');

    before(async () => {
      world = await createWorld();
      await world.ingest('regions', regionsCsv());
      await world.ingest('ports', portsCsv(1));
      proxy = await databaseProxy(world.tables.endpoint);
      file = await world.upload('prices', body);
      const passing = new Promise<void>((resolve) => {
        pass = resolve;
      });
      progress = new Promise((resolve) => {
        proxy.disturb({
          before: async ({ operation }) => {
            if (operation === 'TransactWriteItems') await passing;
          },
          after: async ({ operation, body }) => {
            if (operation === 'UpdateItem' && body.includes('":rows_read":{"N":"100"}')) resolve();
          },
        });
      });
      job = world.spawn(file, { AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint });
    });
    after(async () => {
      pass();
      await proxy.close();
      await world.close();
    });

    it('reports the rows so far, and stops when its claim is given up', async () => {
      await progress;
      expect(await world.ledger.read(file.id)).to.include({
        state: 'running',
        rows_read: 100,
        rows_accepted: 100,
      });
      expect(await world.ledger.abandon(file.id, 'test')).to.equal(true);
      expect(await job.ended, job.output()).to.equal(0);
      expect(job.output()).to.contain('the job stops: its execution was given up');
      expect(await world.ledger.read(file.id)).to.include({ state: 'queued' });
    });
  });
});
