import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { State } from '../../../local/state.ts';
import { leftBy } from '../../drills/stopped-start.ts';
import { type Laptop, startLaptop } from '../../support/laptop.ts';
import { together } from '../../support/together.ts';
import { until } from '../../support/until.ts';

describe('npm start', function () {
  this.timeout(60_000);
  const test = together(2);
  const directories: string[] = [];
  const newState = () => {
    const directory = mkdtempSync(join(tmpdir(), 'trellis-start-'));
    directories.push(directory);
    return directory;
  };
  after(() => {
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  });

  /** Waits until the laptop has come that far. @throws Error when it ends before. */
  async function untilIt<T>(laptop: Laptop, find: () => T | undefined | false): Promise<T> {
    let end: number | string | undefined;
    void laptop.ended.then((how) => {
      end = how;
    });
    let found: T | undefined | false;
    await until(() => {
      found = find();
      return Boolean(found) || end !== undefined;
    });
    if (!found) throw new Error(`it ended (${end}): ${laptop.output()}`);
    return found;
  }

  function portOf(state: string): number | undefined {
    const url = new State(state).currentRun()?.url;
    return url === undefined ? undefined : Number(new URL(url).port);
  }

  const moments: Record<string, (laptop: Laptop) => boolean> = {
    'it has its port': (laptop) => laptop.hasPort(),
    'the database runs': (laptop) => laptop.find('dynoxide serve') !== undefined,
    'the service starts': (laptop) => laptop.find('app/server.ts') !== undefined,
    'it is up': (laptop) => laptop.isUp(),
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

  for (const [index, [moment, reached]] of Object.entries(moments).entries()) {
    const signal = signals[index % signals.length] as NodeJS.Signals;
    test(`leaves no process, port or lock behind when ${signal} comes as soon as ${moment}`, async () => {
      const state = newState();
      const laptop = startLaptop({ state });
      await untilIt(laptop, () => reached(laptop));
      const port = await untilIt(laptop, () => portOf(state));
      process.kill(-(laptop.process.pid as number), signal);
      expect(await leftBy(laptop, state, port)).to.deep.equal([]);
      expect(await laptop.ended, laptop.output()).to.equal(0);
    });
  }

  test('takes all that it started with it when it is killed, and starts again from the same state', async () => {
    const state = newState();
    const laptop = startLaptop({ state });
    await untilIt(laptop, () => laptop.isUp());
    const url = laptop.url();
    expect(laptop.find('dynoxide serve')).not.to.equal(undefined);
    expect(laptop.find('app/server.ts')).not.to.equal(undefined);
    laptop.process.kill('SIGKILL');
    await laptop.ended;
    await until(() => laptop.processes().length === 0);
    const again = startLaptop({ state, port: Number(new URL(url).port) });
    await untilIt(again, () => again.isUp());
    again.process.kill('SIGTERM');
    expect(await again.ended).to.equal(0);
  });

  test('ends when npm is gone, which tells its child of SIGTERM alone', async () => {
    const state = newState();
    const laptop = startLaptop({ state, command: ['npm', 'start', '--'] });
    await untilIt(laptop, () => laptop.hasPort());
    laptop.process.kill('SIGKILL');
    await until(() => laptop.processes().length === 0);
  });

  test('stops when npm gets SIGTERM', async () => {
    const state = newState();
    const laptop = startLaptop({ state, command: ['npm', 'start', '--'] });
    await untilIt(laptop, () => laptop.hasPort());
    laptop.process.kill('SIGTERM');
    expect(await laptop.ended, laptop.output()).to.equal(0);
    expect(laptop.processes()).to.deep.equal([]);
  });

  test('starts once from one state: the second start says who runs', async () => {
    const state = newState();
    const both = [startLaptop({ state }), startLaptop({ state })];
    const how = both.map(({ ended }) => ended);
    const [loser] = await Promise.race(how.map(async (end, index) => [index, await end] as const));
    const [first, second] = [both[1 - loser] as Laptop, both[loser] as Laptop];
    expect(await second.ended, second.output()).to.equal(1);
    expect(second.output()).to.match(/^Trellis (already runs from|is just starting or stopping in) \S+/);
    await untilIt(first, () => first.hasPort());
    const third = startLaptop({ state });
    expect(await third.ended).to.equal(1);
    expect(third.output()).to.match(
      new RegExp(
        `^Trellis already runs from ${state}: http://localhost:\\d+, process ${first.process.pid}, since 20\\S+Z;`,
      ),
    );
    first.process.kill('SIGTERM');
    expect(await first.ended).to.equal(0);
  });

  test('says who holds its port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const laptop = startLaptop({ state: newState(), port });
    expect(await laptop.ended).to.equal(1);
    expect(laptop.output()).to.include(`port ${port} is held by`).and.to.include(`(process ${process.pid})`);
    expect(laptop.processes()).to.deep.equal([]);
    server.close();
  });

  for (const [what, options, words] of [
    ['an unknown option', { args: ['--frsh'] }, "Unknown option '--frsh'"],
    ['an argument', { args: ['fresh'] }, "Unexpected argument 'fresh'"],
    ['a port that is none', { variables: { PORT: 'abc' } }, 'PORT must be a whole number from 0 to 65535'],
    ['a port too high', { variables: { PORT: '65536' } }, 'PORT must be a whole number from 0 to 65535'],
    ['a wrong level', { variables: { LOG_LEVEL: 'bogus' } }, 'LOG_LEVEL must be one of fatal, error, warn'],
    [
      'an endpoint without its protocol',
      { variables: { AWS_ENDPOINT_URL_DYNAMODB: 'localhost:8000' } },
      'AWS_ENDPOINT_URL_DYNAMODB must be a URL such as http://localhost:8000, not "localhost:8000"',
    ],
  ] as [string, { args?: string[]; variables?: Record<string, string> }, string][]) {
    test(`refuses ${what} in one line`, async () => {
      const command = [process.execPath, 'local/commands/start.ts', ...(options.args ?? [])] as [
        string,
        ...string[],
      ];
      const laptop = startLaptop({ state: newState(), command, variables: options.variables ?? {} });
      expect(await laptop.ended, laptop.output()).to.equal(2);
      const lines = laptop.output().trim().split('\n');
      expect(lines).to.have.length(1);
      expect(lines[0]).to.include(words).and.to.include('npm start -- --help');
      expect(laptop.processes()).to.deep.equal([]);
    });
  }

  test('gives a service up that crashes time and again, and ends', async () => {
    const laptop = startLaptop({ state: newState() });
    await untilIt(laptop, () => laptop.isUp());
    const crashed = new Set<number>();
    for (let crashes = 0; crashes < 4; crashes++) {
      const pid = await untilIt(laptop, () => {
        const found = laptop.find('app/server.ts')?.pid;
        return found !== undefined && !crashed.has(found) && found;
      });
      crashed.add(pid);
      process.kill(pid, 'SIGSEGV');
    }
    expect(await laptop.ended).to.equal(1);
    expect(laptop.output()).to.include('the service ended 4 times in a row (SIGSEGV)');
    expect(laptop.processes()).to.deep.equal([]);
  });

  test('ends with the reason when its database ends', async () => {
    const laptop = startLaptop({ state: newState() });
    await untilIt(laptop, () => laptop.isUp());
    process.kill(laptop.find('dynoxide serve')?.pid as number, 'SIGKILL');
    expect(await laptop.ended).to.equal(1);
    expect(laptop.output()).to.include('the database ended (SIGKILL)');
    expect(laptop.processes()).to.deep.equal([]);
  });
});
