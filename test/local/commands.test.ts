import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type DatabaseProxy, databaseProxy } from '../../local/aws/database-proxy.ts';
import { emulator } from '../support/emulator.ts';
import { type Laptop, startLaptop } from '../support/laptop.ts';
import { makeRepository } from '../support/repository.ts';
import { runScript } from '../support/run-script.ts';
import { until } from '../support/until.ts';

/** As the AWS CLI hands them out for an hour: worthless without the token. */
const temporary = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-host',
  AWS_SESSION_TOKEN: 'token-of-the-host',
};

describe('the commands, with temporary credentials for a database elsewhere', function () {
  this.timeout(120_000);
  const state = mkdtempSync(join(tmpdir(), 'trellis-commands-'));
  let database: DatabaseProxy;
  let laptop: Laptop;

  before(async () => {
    database = await databaseProxy((await emulator()).endpoint);
    const variables = { ...temporary, AWS_ENDPOINT_URL_DYNAMODB: database.endpoint };
    laptop = startLaptop({ state, variables });
    await until(() => laptop.isUp() || laptop.process.exitCode !== null);
    laptop.url();
  });
  after(async () => {
    laptop.process.kill('SIGTERM');
    await laptop.ended;
    await database.close();
    rmSync(state, { recursive: true });
  });

  const run = (program: string, ...args: string[]) => runScript(program, [...args, '--state', state]);

  it('seed: loads all samples, and finds them there the second time', async () => {
    const first = await run('local/commands/seed.ts', '--json');
    expect(first).to.include({ errors: '', code: 0 });
    const { url, seeded } = JSON.parse(first.output);
    expect(url).to.equal(laptop.url());
    const kinds = new Set(seeded.map(({ kind }: { kind: string }) => kind));
    expect([...kinds]).to.include.members(['saved string', 'user', 'stats', 'video', 'prices']);
    const second = await run('local/commands/seed.ts');
    expect(second).to.include({ errors: '', code: 0 });
    expect(second.output).to.match(/^prices +the same content \(was there\)$/m);
  });

  it('upload: takes a file to its commit by a job, and rejects one', async () => {
    const [good, bad] = [join(state, 'good.csv'), join(state, 'bad.csv')];
    writeFileSync(good, 'slug,name,parent_slug\nmoon,Moon,\n');
    writeFileSync(bad, 'slug,name,parent_slug\nmoon,,\n');
    const { output, code } = await run(
      ...(['local/commands/upload.ts', good, bad, '--kind', 'regions', '--watch', '--json'] as const),
    );
    expect(code).to.equal(1);
    const states = JSON.parse(output).map(({ ingest }: { ingest: { state: string } }) => ingest.state);
    expect(states).to.deep.equal(['committed', 'rejected']);
  });

  it('upload and retract: a file, another in its place, none, and the first again, as the rates tell', async () => {
    const priced = (price: number) => {
      const path = join(state, `${price}.csv`);
      const row = `CNGGZ,EETLL,2031-06-01,${price}\n`;
      writeFileSync(path, `orig_code,dest_code,day,price\n${row.repeat(3)}`);
      return path;
    };
    const upload = async (price: number, ...more: string[]) => {
      const options = ['--kind', 'prices', '--watch', '--json', ...more];
      const { output } = await run('local/commands/upload.ts', priced(price), ...options);
      return JSON.parse(output)[0].ingest;
    };
    const price = async () => {
      const lane = 'date_from=2031-06-01&date_to=2031-06-01&orig_code=CNGGZ&dest_code=EETLL';
      const { rates } = (await (await fetch(`${laptop.url()}/rates?${lane}`)).json()) as {
        rates: { price: number | null }[];
      };
      return rates.map((rate) => rate.price);
    };
    const first = await upload(10);
    expect(await price()).to.deep.equal([10]);
    const second = await upload(20, '--replaces', first.id);
    expect(second).to.include({ state: 'committed', replaces: first.id });
    expect(await price()).to.deep.equal([20]);
    const again = await run('local/commands/retract.ts', first.id, '--yes');
    expect(again.errors).to.include(`was replaced by ${second.id}; use DELETE /api/v1/ingests/${second.id}`);
    const { output, errors, code } = await run('local/commands/retract.ts', '--last', '--yes', '--json');
    expect({ errors, code }).to.deep.equal({ errors: '', code: 0 });
    expect(JSON.parse(output)).to.include({ id: second.id, state: 'retracted' });
    expect(await price()).to.deep.equal([null]);
    const third = await upload(10);
    expect(third).to.include({ state: 'committed' }).and.not.have.property('duplicate_of');
    expect(await price()).to.deep.equal([10]);
  });

  it('scan: finds what is there, by jobs that get no credentials of the host', async () => {
    const repository = makeRepository({ 'a.ts': 'export const a = 1;\n' });
    const seen = new Map<number, string>();
    let ended = false;
    const scanning = run('local/commands/scan.ts', repository.directory, '--json').finally(() => {
      ended = true;
    });
    await until(() => {
      for (const { pid, command } of laptop.processes())
        if (/\bjobs\/(?!ingest)[a-z]+\/main\.ts/.test(command)) seen.set(pid, environmentOf(pid));
      return ended;
    });
    repository.remove();
    const { output, errors, code } = await scanning;
    expect({ errors, code }).to.deep.equal({ errors: '', code: 0 });
    expect(JSON.parse(output)).to.include({ status: 'completed' });
    expect(seen.size).to.be.at.least(1);
    for (const environment of seen.values()) expect(environment).not.to.include('-of-the-host');
  });

  it('scan: ends with 1 when the scan fails', async () => {
    const repository = makeRepository({ a: '1' });
    const { output, code } = await run('local/commands/scan.ts', repository.directory, '--ref', 'nowhere');
    repository.remove();
    expect(code).to.equal(1);
    expect(output).to.include('\nfailed in ');
  });

  it('load: gives its report as JSON', async () => {
    const key = readFileSync(join(state, 'api-key'), 'utf8').trim();
    const { output, errors, code } = await runScript('bench/load/main.ts', [
      ...['--url', laptop.url(), '--key', key, '--rate', '10', '--duration', '1s', '--json'],
    ]);
    expect({ errors, code }, output).to.deep.equal({ errors: '', code: 0 });
    const report = JSON.parse(output);
    expect(report).to.include({ clean: true, failures: 0 });
    expect(report.requests).to.be.at.least(10);
    expect(report.latency).to.have.keys('p50', 'p95', 'p99', 'slowest');
  });

  it('the session token went along with every call of the database', () => {
    const { calls } = database;
    const operations = new Set(calls.map(({ operation }) => operation));
    expect([...operations]).to.include.members(['CreateTable', 'GetItem', 'Query', 'UpdateItem']);
    const without = calls.filter(
      ({ headers }) => headers['x-amz-security-token'] !== temporary.AWS_SESSION_TOKEN,
    );
    expect(without.map(({ operation, table }) => `${operation} ${table}`)).to.deep.equal([]);
  });
});

/** Empty when the process has ended meanwhile. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
