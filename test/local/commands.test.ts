import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type DatabaseProxy, databaseProxy } from '../../local/aws/database-proxy.ts';
import type { Answer } from '../support/app.ts';
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

  it('task: sweeps by hand, and lists the run', async () => {
    const { output, errors, code } = await run('local/commands/task.ts', 'sweep');
    expect({ errors, code }).to.deep.equal({ errors: '', code: 0 });
    expect(output).to.match(/^succeeded {3}\S+Z by hand, ended \S+Z\n$/);
    const [sweep] = JSON.parse((await run('local/commands/task.ts', '--json')).output);
    // This night's own run may fall into the test.
    expect(sweep.runs.filter(({ byHand }: { byHand?: boolean }) => byHand)).to.have.length(1);
    expect(readFileSync(join(state, 'jobs', 'sweep.log'), 'utf8')).to.include('the tables were swept');
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
    const priced = (price: number) =>
      `orig_code,dest_code,day,price\n${`CNGGZ,EETLL,2031-06-01,${price}\n`.repeat(3)}`;
    const price = async () => (await rates('2031-06-01', 'EETLL'))[0].price;
    const first = await ingest('prices', priced(10));
    expect(await price()).to.equal(10);
    const path = join(state, '20.csv');
    writeFileSync(path, priced(20));
    const options = ['--kind', 'prices', '--replaces', first.id, '--watch', '--json'];
    const replacing = await run('local/commands/upload.ts', path, ...options);
    const [{ ingest: second }] = JSON.parse(replacing.output);
    expect(second).to.include({ state: 'committed', replaces: first.id });
    expect(await price()).to.equal(20);
    const refused = await call('DELETE', `/api/v1/ingests/${first.id}`);
    expect(refused.detail).to.include(
      `was replaced by ${second.id}; use DELETE /api/v1/ingests/${second.id}`,
    );
    const { output, errors, code } = await run('local/commands/retract.ts', '--last', '--yes', '--json');
    expect({ errors, code }).to.deep.equal({ errors: '', code: 0 });
    expect(JSON.parse(output)).to.include({ id: second.id, state: 'retracted' });
    expect(await price()).to.equal(null);
    const third = await ingest('prices', priced(10));
    expect(third).to.include({ state: 'committed' }).and.not.have.property('duplicate_of');
    expect(await price()).to.equal(10);
  });

  it('ports are added unless their file is complete, and rows that waited for them come in', async () => {
    const row = 'CNGGZ,EEZZZ,2031-07-01,9\n';
    const prices = `orig_code,dest_code,day,price\nCNGGZ,EETLL,2031-07-01,1\n${row.repeat(3)}`;
    const partly = await ingest('prices', prices, { partial: true });
    expect(partly).to.include({ state: 'committed', rows_accepted: 1, rows_rejected: 3 });
    const ports = 'code,name,parent_slug\nEEZZZ,Zez,baltic\n';
    const complete = await ingest('ports', ports, { complete: true });
    expect(complete.state).to.equal('rejected');
    expect(complete.reason).to.include('CNGGZ');
    expect(await ingest('ports', ports)).to.include({ state: 'committed' });
    expect(await call('POST', `/api/v1/ingests/${partly.id}/retry`)).to.include({ retries: 1 });
    expect(await ended(partly.id)).to.include({ state: 'committed', rows_accepted: 4, rows_rejected: 0 });
    expect((await rates('2031-07-01', 'EEZZZ'))[0]).to.include({ price: 9, count: 3 });
    expect((await rates('2031-07-01', 'EETLL'))[0]).to.include({ price: null, count: 1 });
  });

  async function call(method: string, path: string, body?: object): Promise<Answer> {
    const authorization = `Bearer ${readFileSync(join(state, 'api-key'), 'utf8').trim()}`;
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const request = { method, headers: { authorization, ...type }, body: body && JSON.stringify(body) };
    return (await fetch(laptop.url() + path, request)).json();
  }

  /** Uploads a file by the API. @returns its record once it has ended */
  async function ingest(kind: string, text: string, more: object = {}): Promise<Answer> {
    const body = { kind, file_name: 'some.csv', size: text.length, ...more };
    const { ingest_id, upload_url } = await call('POST', '/api/v1/uploads', body);
    await fetch(upload_url, { method: 'PUT', body: text });
    return ended(ingest_id);
  }

  async function ended(id: string): Promise<Answer> {
    let record: Answer;
    await until(async () => {
      record = await call('GET', `/api/v1/ingests/${id}`);
      return !['awaiting_upload', 'queued', 'running'].includes(record.state);
    });
    return record;
  }

  async function rates(day: string, to: string): Promise<Answer> {
    const query = `date_from=${day}&date_to=${day}&orig_code=CNGGZ&dest_code=${to}`;
    return (await call('GET', `/rates?${query}`)).rates;
  }

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
