import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startStatesApi } from '../../../local/aws/states-api.ts';
import { State } from '../../../local/state.ts';
import { type History, openHistory, timeText } from '../../../local/tasks/history.ts';
import { laptopTasks } from '../../../local/tasks/prepare.ts';
import { startTasks } from '../../../local/tasks/tasks.ts';
import { databaseClient } from '../../support/clients.ts';
import { emulator } from '../../support/emulator.ts';
import { runScript } from '../../support/run-script.ts';
import { together } from '../../support/together.ts';
import { until } from '../../support/until.ts';
import { movedClock } from '../tasks/moved-clock.ts';

interface World {
  readonly directory: string;
  readonly history: History;
  task(...options: string[]): Promise<{ output: string; errors: string; code: number | null }>;
}

/** A state directory, and with a script a laptop whose sweep runs that in place of the real one. */
async function withState(script: string | undefined, work: (world: World) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-task-'));
  const state = new State(directory);
  const history = openHistory(state.taskHistory);
  const task = (...options: string[]) =>
    runScript('local/commands/task.ts', ['--state', directory, ...options]);
  const stops: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
  try {
    if (script !== undefined) {
      state.hold();
      const client = databaseClient((await emulator()).endpoint);
      const job = { command: ['sh', '-c', `cd "$ROOM" && ${script}`], environment: { ROOM: directory } };
      const tasks = await startTasks({
        client,
        table: `test-task-${randomUUID().slice(0, 8)}`,
        tasks: laptopTasks.map((one) => ({ ...one, retries: 0, job })),
        history,
        clock: movedClock(new Date().toISOString()),
        logs: join(directory, 'jobs'),
        show: () => {},
      });
      const api = await startStatesApi(tasks.executors);
      state.recordAddress({ states: api.endpoint });
      stops.push(
        () => state.release(),
        () => client.destroy(),
        () => tasks.stop(),
        () => api.stop(),
      );
    }
    await work({ directory, history, task });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

describe('npm run task', () => {
  const waits = together(3);
  const test = (title: string, script: string | undefined, work: (world: World) => Promise<void>) =>
    waits(title, () => withState(script, work));

  test('runs a task and waits for its end', 'echo "$SCHEDULED_TIME" > told', async ({ directory, task }) => {
    const { output, errors, code } = await task('sweep');
    expect({ errors, code }).to.deep.equal({ errors: '', code: 0 });
    expect(output).to.match(/^succeeded {3}\S+Z by hand, ended \S+Z\n$/);
    expect(existsSync(join(directory, 'told'))).to.equal(true);
    const missed = await task('sweep', '--for', '2026-03-29T01:30:00Z');
    expect(missed.output).to.match(/^succeeded {3}2026-03-29T01:30:00Z by hand, ended/);
    expect(readFileSync(join(directory, 'told'), 'utf8')).to.equal('2026-03-29T01:30:00Z\n');
  });

  test('says why a run failed', 'exit 4', async ({ task }) => {
    const { output, code } = await task('sweep');
    expect(code).to.equal(1);
    expect(output).to.match(/^failed .* by hand, ended \S+: exit code 4\n$/);
    const json = await task('sweep', '--json');
    expect(JSON.parse(json.output)).to.deep.include({
      status: 'failed',
      reason: 'exit code 4',
      byHand: true,
    });
  });

  test(
    'skips a run beside another one, which the list shows',
    'touch begun; while [ ! -e go ]; do sleep 0.02; done',
    async ({ directory, task }) => {
      const first = task('sweep');
      await until(() => existsSync(join(directory, 'begun')));
      expect(await task('sweep')).to.deep.include({ code: 1 });
      expect((await task()).output).to.match(/\n {2}skipped .*\n {2}running /);
      writeFileSync(join(directory, 'go'), '');
      expect(await first).to.deep.include({ code: 0 });
    },
  );

  test('lists the last runs also while Trellis does not run', undefined, async ({ history, task }) => {
    expect((await task()).output).to.match(
      /^sweep {2}cron\(30 3 \* \* \? \*\) in \S+, next \S+Z\n {2}has not run yet\n$/,
    );
    const at = timeText(Date.now());
    history.add({ task: 'sweep', event: 'created', time: at, at });
    history.add({ task: 'sweep', event: 'begun', time: '2026-06-01T01:30:00Z', at, execution: 'a' });
    history.add({ task: 'sweep', event: 'succeeded', time: '2026-06-01T01:30:00Z', at, execution: 'a' });
    history.add({ task: 'sweep', event: 'missed', time: '2026-06-04T01:30:00Z', at, before: 2 });
    history.add({ task: 'sweep', event: 'begun', time: '2026-06-05T01:30:00Z', at, execution: 'b' });
    const { output, code } = await task();
    expect(code).to.equal(0);
    expect(output.trim().split('\n').slice(1)).to.deep.equal([
      '  broken off  2026-06-05T01:30:00Z',
      '  missed      2026-06-04T01:30:00Z and 2 before it',
      `  succeeded   2026-06-01T01:30:00Z, ended ${at}`,
    ]);
    const [listed] = JSON.parse((await task('--json')).output);
    expect(listed.runs.map(({ status }: { status: string }) => status)).to.deep.equal([
      'broken off',
      'missed',
      'succeeded',
    ]);
  });

  test('needs a laptop that runs, and a task that exists', undefined, async ({ task }) => {
    expect(await task('sweep')).to.deep.include({
      code: 1,
      errors: 'Trellis does not run on this machine: start it with npm start\n',
    });
    const unknown = await task('sweeep');
    expect(unknown.code).to.equal(2);
    expect(unknown.errors).to.contain('there is no task "sweeep", only sweep');
    expect((await task('a', 'b')).code).to.equal(2);
    expect((await task('--for', '2026-03-29T01:30:00Z')).errors).to.contain('--for needs the name of a task');
    expect((await task('sweep', '--for', 'yesterday')).errors).to.contain('--for must be a time such as');
  });
});
