import { setTimeout as sleep } from 'node:timers/promises';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { parseSchedule } from '../../contract/cron.ts';
import { runsAfter } from '../../contract/cron-times.ts';
import type { RunInput } from '../../contract/scheduled-tasks.ts';
import { exitCodes, Misuse, runCommand } from '../../scripts/command.ts';
import { dummyCredentials } from '../aws/database.ts';
import { stateMachineArn } from '../aws/executor.ts';
import { defaultStateDirectory, type Run, State } from '../state.ts';
import { lastRuns, type RunEvent, type RunRecord, readHistory, timeText } from '../tasks/history.ts';
import { laptopTasks } from '../tasks/prepare.ts';
import type { ScheduleTimes } from '../tasks/program.ts';
import { taskMachine } from '../tasks/tasks.ts';

/** Runs of each task that the list shows. */
const shownRuns = 5;
/** Milliseconds between two looks at the history. */
const interval = 100;

interface Listed {
  readonly name: string;
  readonly schedule: string;
  readonly timeZone: string;
  readonly next: string | null;
  /** Newest first. */
  readonly runs: readonly ListedRun[];
}

/** A run with what became of it. */
type ListedRun = Omit<RunRecord, 'event'> & { readonly status: RunEvent | 'running' | 'broken off' };

await runCommand({
  name: 'npm run task',
  help: `-- [name] [options]   runs a scheduled task now, and waits for its end; without a name lists the tasks and their last runs

  --for <time>     the time that the run stands for, as the list shows it: of a run that was missed, say (default: now)
  --program <dir>  tell when the schedules of a Pulumi program run, without AWS, in place of all that
  --stack <name>   whose configuration the program reads (default: dev)
  --json           print the list, or the run, as JSON
  --state <dir>    state directory of the local system (default: ${defaultStateDirectory})
  --help

A run is skipped while another one of its task has not ended. Times at which the laptop is off are listed as missed.
Exit codes: 0 listed, or the run succeeded; 1 it failed or was skipped, or Trellis does not run; 2 called wrongly.`,
  options: {
    for: { type: 'string' },
    program: { type: 'string' },
    stack: { type: 'string', default: 'dev' },
    json: { type: 'boolean', default: false },
    state: { type: 'string', default: defaultStateDirectory },
  },
  positionals: true,
  run: async ({ for: time, program, stack, json, state: directory }, names) => {
    if (program !== undefined) {
      if (names.length > 0 || time !== undefined) throw new Misuse('--program lists, and runs nothing');
      const { schedulesOf } = await import('../tasks/program.ts');
      const schedules = await schedulesOf(program, stack, Date.now());
      console.log(json ? JSON.stringify(schedules, null, 2) : schedules.map(timesText).join('\n\n'));
      return exitCodes.done;
    }
    const state = new State(directory);
    const [name] = names;
    const listed = statusOf(state.currentRun());
    if (names.length > 1) throw new Misuse('name one task at most');
    if (time !== undefined) checkTime(time);
    if (name === undefined) {
      if (time !== undefined) throw new Misuse('--for needs the name of a task');
      const tasks = list(readHistory(state.taskHistory), listed);
      console.log(json ? JSON.stringify(tasks, null, 2) : tasks.map(describe).join('\n\n'));
      return exitCodes.done;
    }
    if (!laptopTasks.some((task) => task.name === name))
      throw new Misuse(`there is no task "${name}", only ${laptopTasks.map((task) => task.name).join(', ')}`);
    const end = listed(await runNow(state, name, time));
    console.log(json ? JSON.stringify(end, null, 2) : sentence(end));
    return end.status === 'succeeded' ? exitCodes.done : exitCodes.failed;
  },
});

/** @param run the laptop's, if it runs: a run of a task that has begun before it was broken off with another one */
function statusOf(run: Run | undefined): (record: RunRecord) => ListedRun {
  return ({ event, ...record }) => {
    const isAlive = run !== undefined && run.since <= record.at;
    return { ...record, status: event !== 'begun' ? event : isAlive ? 'running' : 'broken off' };
  };
}

function list(records: readonly RunRecord[], listed: (record: RunRecord) => ListedRun): Listed[] {
  const now = Date.now();
  return laptopTasks.map(({ name, schedule, timeZone }) => {
    const own = records.filter(({ task }) => task === name);
    const origin = own[0] === undefined ? now : Date.parse(own[0].at);
    const next = runsAfter(parseSchedule(schedule), timeZone, now, origin).next();
    return {
      name,
      schedule,
      timeZone,
      next: next.done ? null : timeText(next.value),
      runs: lastRuns(own, shownRuns).map(listed),
    };
  });
}

function describe({ name, schedule, timeZone, next, runs }: Listed): string {
  const lines = runs.map((run) => `  ${sentence(run)}`);
  return [
    `${name}  ${schedule} in ${timeZone}, next ${next ?? 'never'}`,
    ...(lines.length === 0 ? ['  has not run yet'] : lines),
  ].join('\n');
}

function timesText({
  name,
  schedule,
  timeZone,
  enabled,
  next,
  longestGapSeconds,
  skippedDays,
}: ScheduleTimes) {
  const gap =
    longestGapSeconds === null
      ? 'the runs come to an end'
      : `at most ${longestGapSeconds / 3600} hours between two`;
  return [
    `${name}  ${schedule} in ${timeZone}${enabled ? '' : ', switched off'}`,
    `  ${[...next, gap].join(', ')}`,
    ...(skippedDays.length === 0
      ? []
      : [`  no run on ${skippedDays.join(' and ')}: the clock skips that time`]),
  ].join('\n');
}

function sentence({ status, time, at, byHand, reason, before = 0 }: ListedRun): string {
  const others = before === 0 ? '' : ` and ${before} before it`;
  const end = ['succeeded', 'failed'].includes(status) ? `, ended ${at}` : '';
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${status.padEnd(10)}  ${time}${others}${byHand ? ' by hand' : ''}${end}${why}`;
}

function checkTime(time: string): void {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time) && !Number.isNaN(Date.parse(time))) return;
  throw new Misuse(`--for must be a time such as 2026-03-29T01:00:00Z, not "${time}"`);
}

/** Starts the task's state machine, as the command does that a deployed task prints, and waits for its end. */
async function runNow(state: State, task: string, time: string | undefined): Promise<RunRecord> {
  const endpoint = state.currentRun()?.states;
  if (endpoint === undefined)
    throw new Error('Trellis does not run on this machine: start it with npm start');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = dummyCredentials;
  const client = new SFNClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
  });
  const { executionArn } = await client.send(
    new StartExecutionCommand({
      stateMachineArn: stateMachineArn(taskMachine(task)),
      ...(time === undefined ? {} : { input: JSON.stringify({ run_time: time } satisfies RunInput) }),
    }),
  );
  client.destroy();
  for (;;) {
    const records = readHistory(state.taskHistory).filter(({ execution }) => execution === executionArn);
    const end = records.find(({ event }) => event !== 'begun');
    if (end) return end;
    if (state.currentRun() === undefined)
      throw new Error(`Trellis has stopped; the run of ${task} was broken off`);
    await sleep(interval);
  }
}
