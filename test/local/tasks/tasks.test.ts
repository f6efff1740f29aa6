import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { openHistory, type RunRecord } from '../../../local/tasks/history.ts';
import { type LaptopTask, startTasks, type Tasks } from '../../../local/tasks/tasks.ts';
import { databaseClient } from '../../support/clients.ts';
import { emulator } from '../../support/emulator.ts';
import { together } from '../../support/together.ts';
import { until } from '../../support/until.ts';
import { type MovedClock, movedClock } from './moved-clock.ts';

interface World {
  readonly clock: MovedClock;
  readonly tasks: Tasks;
  /** The times that the job's processes were told, in the order of their starts. */
  starts(): string[];
  /** What happened, but for the begins: `<event> <time>`. */
  events(): string[];
  records(): RunRecord[];
  readonly shown: string[];
  /** The path of a file that the job looks for. */
  file(name: string): string;
  /** Like a kill and a new start. */
  restart(now?: string): Promise<void>;
}

/** Says its time, waits while the file `wait` is there, and fails while `broken` is. */
const patient = `echo "$SCHEDULED_TIME" >> starts
while [ -e wait ]; do sleep 0.02; done
if [ -e broken ]; then [ -e lasting ] || rm broken; exit 3; fi`;

async function withTask(
  settings: Partial<Omit<LaptopTask, 'job'>> & { now: string; script?: string },
  work: (world: World) => Promise<void>,
): Promise<void> {
  const { now, script = patient, ...more } = settings;
  const directory = mkdtempSync(join(tmpdir(), 'trellis-tasks-'));
  const client: DynamoDBClient = databaseClient((await emulator()).endpoint);
  const history = openHistory(join(directory, 'history.jsonl'));
  const shown: string[] = [];
  const table = `test-tasks-${randomUUID().slice(0, 8)}`;
  const task: LaptopTask = {
    name: 'nightly',
    schedule: 'cron(0 3 * * ? *)',
    timeZone: 'Europe/Berlin',
    job: { command: ['sh', '-c', `cd "$ROOM" && ${script}`], environment: { ROOM: directory } },
    timeLimitSeconds: 60,
    retries: 1,
    ...more,
  };
  const start = (clock: MovedClock) =>
    startTasks({
      client,
      table,
      tasks: [task],
      history,
      clock,
      logs: join(directory, 'logs'),
      show: (line) => void shown.push(line),
      retryPause: 0,
    });
  const file = (name: string) => join(directory, name);
  const records = () => history.all().filter(({ event }) => event !== 'created');
  const clock = movedClock(now);
  const world = {
    clock,
    tasks: await start(clock),
    starts: () => (existsSync(file('starts')) ? readFileSync(file('starts'), 'utf8').trim().split('\n') : []),
    records,
    events: () =>
      records()
        .filter(({ event }) => event !== 'begun')
        .map(({ event, time }) => `${event} ${time.slice(0, 16)}`),
    shown,
    file,
    async restart(later = new Date(world.clock.now()).toISOString()) {
      await world.tasks.stop();
      world.clock = movedClock(later);
      world.tasks = await start(world.clock);
    },
  };
  try {
    await work(world);
  } finally {
    await world.tasks.stop();
    client.destroy();
    rmSync(directory, { recursive: true, force: true });
  }
}

describe('scheduled tasks on the laptop', () => {
  const waits = together(3);
  const test = (title: string, now: string, work: (world: World) => Promise<void>, more = {}) =>
    waits(title, () => withTask({ now, ...more }, work));

  test('run at their times and are told them, in spring', '2026-03-28T12:00Z', async (world) => {
    for (const time of ['2026-03-29T01:00Z', '2026-03-30T01:00Z']) {
      await world.clock.moveTo(time);
      await world.tasks.idle();
    }
    expect(world.starts()).to.deep.equal(['2026-03-29T01:00:00Z', '2026-03-30T01:00:00Z']);
    expect(world.events()).to.deep.equal(['succeeded 2026-03-29T01:00', 'succeeded 2026-03-30T01:00']);
  });

  test(
    'do not overlap, in the hour that comes twice',
    '2026-10-24T23:50Z',
    async (world) => {
      writeFileSync(world.file('wait'), '');
      await world.clock.moveTo('2026-10-25T00:00Z');
      await until(() => world.starts().length === 1);
      await world.clock.moveTo('2026-10-25T00:30Z');
      await until(() => world.events().length === 1);
      // From one second 2:59 to 4:00 two hours pass.
      await world.clock.moveTo('2026-10-25T01:59Z');
      rmSync(world.file('wait'));
      await world.tasks.idle();
      await world.clock.moveTo('2026-10-25T02:00Z');
      await world.tasks.idle();
      expect(world.events()).to.deep.equal([
        'skipped 2026-10-25T00:30',
        'succeeded 2026-10-25T00:00',
        'succeeded 2026-10-25T02:00',
      ]);
      expect(world.shown[0]).to.contain('skipped, since the run before it has not ended');
    },
    { schedule: 'cron(0/30 * * * ? *)' },
  );

  test(
    'run once when their start is delivered twice, or after a later one',
    '2026-06-01T00:00Z',
    async (world) => {
      const times = ['2026-06-01T01:00Z', '2026-06-02T01:00Z'].map((time) => Date.parse(time));
      const [first, second] = times as [number, number];
      world.tasks.deliver('nightly', second);
      world.tasks.deliver('nightly', second);
      await world.tasks.idle();
      world.tasks.deliver('nightly', second);
      world.tasks.deliver('nightly', first);
      await world.tasks.idle();
      expect(world.starts()).to.deep.equal(['2026-06-02T01:00:00Z']);
      expect(world.events().sort()).to.deep.equal([
        'repeated 2026-06-01T01:00',
        'repeated 2026-06-02T01:00',
        'repeated 2026-06-02T01:00',
        'succeeded 2026-06-02T01:00',
      ]);
    },
  );

  test('are tried again with the same time', '2026-06-01T00:00Z', async (world) => {
    writeFileSync(world.file('broken'), '');
    await world.clock.moveTo('2026-06-01T01:00Z');
    await world.tasks.idle();
    expect(world.starts()).to.deep.equal(['2026-06-01T01:00:00Z', '2026-06-01T01:00:00Z']);
    expect(world.events()).to.deep.equal(['succeeded 2026-06-01T01:00']);
  });

  test(
    'fail with their reason when all attempts have, and run again the next night, an hour longer',
    '2026-10-23T12:00Z',
    async (world) => {
      writeFileSync(world.file('broken'), '');
      writeFileSync(world.file('lasting'), '');
      await world.clock.moveTo('2026-10-24T01:00Z');
      await world.tasks.idle();
      expect(world.starts()).to.have.length(2);
      expect(world.records().at(-1)).to.deep.include({ event: 'failed', reason: 'exit code 3' });
      expect(existsSync(/in (\S+\.log)$/.exec(world.shown.at(-1) ?? '')?.[1] ?? '')).to.equal(true);
      rmSync(world.file('broken'));
      await world.clock.moveTo('2026-10-25T02:00Z');
      await world.tasks.idle();
      expect(world.events()).to.deep.equal(['failed 2026-10-24T01:00', 'succeeded 2026-10-25T02:00']);
    },
  );

  test('note the nights that were missed, and go on', '2026-10-23T12:00Z', async (world) => {
    await world.clock.moveTo('2026-10-24T01:00Z');
    await world.tasks.idle();
    await world.restart('2026-10-26T12:00Z');
    await world.clock.moveTo('2026-10-27T02:00Z');
    await world.tasks.idle();
    expect(world.events()).to.deep.equal([
      'succeeded 2026-10-24T01:00',
      'missed 2026-10-26T02:00',
      'succeeded 2026-10-27T02:00',
    ]);
    expect(world.records().find(({ event }) => event === 'missed')?.before).to.equal(1);
    expect(world.shown.join('\n')).to.contain('task nightly missed 2 runs, the last of 2026-10-26T02:00:00Z');
    expect(world.shown.join('\n')).to.contain(
      'npm run task -- nightly --for 2026-10-26T02:00:00Z makes up for it',
    );
    await world.restart('2026-10-27T12:00Z');
    expect(world.events().filter((event) => event.startsWith('missed'))).to.have.length(1);
  });

  test('take over from a run that was killed with the laptop', '2026-03-28T00:00Z', async (world) => {
    writeFileSync(world.file('wait'), '');
    await world.clock.moveTo('2026-03-28T02:00Z');
    await until(() => world.starts().length === 1);
    await world.restart();
    rmSync(world.file('wait'));
    await world.clock.moveTo('2026-03-29T01:00Z');
    await world.tasks.idle();
    expect(world.starts()).to.deep.equal(['2026-03-28T02:00:00Z', '2026-03-29T01:00:00Z']);
    expect(world.events()).to.deep.equal(['succeeded 2026-03-29T01:00']);
  });

  test('run by hand, yet not beside another run', '2026-06-01T00:00Z', async (world) => {
    const byHand = () => world.tasks.executors[0]?.start({});
    writeFileSync(world.file('wait'), '');
    byHand();
    await until(() => world.starts().length === 1);
    byHand();
    await until(() => world.events().length === 1);
    rmSync(world.file('wait'));
    await world.tasks.idle();
    await world.clock.moveTo('2026-06-01T01:00Z');
    await world.tasks.idle();
    const [skipped, succeeded, scheduled] = world.records().filter(({ event }) => event !== 'begun');
    expect(skipped).to.deep.include({ event: 'skipped', byHand: true });
    expect(succeeded).to.deep.include({ event: 'succeeded', byHand: true });
    expect(scheduled).to.deep.include({ event: 'succeeded', time: '2026-06-01T01:00:00Z' });
    expect(world.starts()[0]).to.match(/^\d{4}-\d\d-\d\dT/);
  });

  test(
    'never run two at a time, however many start at once',
    '2026-06-01T00:00Z',
    async (world) => {
      const [executor] = world.tasks.executors;
      const due = Date.parse('2026-06-01T01:00Z');
      for (let round = 0; round < 3; round++) {
        for (let index = 0; index < 4; index++) executor?.start({});
        world.tasks.deliver('nightly', due + round * 1000);
        await world.tasks.idle();
      }
      const turns = readFileSync(world.file('turns'), 'utf8').trim().split('\n');
      expect(turns.length).to.be.at.least(6);
      expect(turns).to.deep.equal(turns.map((_, index) => (index % 2 === 0 ? 'begin' : 'end')));
    },
    { script: 'echo begin >> turns; sleep 0.02; echo end >> turns' },
  );

  test(
    'are stopped at their time limit',
    '2026-06-01T00:00Z',
    async (world) => {
      writeFileSync(world.file('wait'), '');
      await world.clock.moveTo('2026-06-01T01:00Z');
      await world.tasks.idle();
      expect(world.records().at(-1)).to.deep.include({
        event: 'failed',
        reason: 'Job attempt duration exceeded timeout',
      });
    },
    { timeLimitSeconds: 1, retries: 0 },
  );
});
