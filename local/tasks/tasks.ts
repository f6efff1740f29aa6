import { join } from 'node:path';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { parseSchedule } from '../../contract/cron.ts';
import { type RunInput, taskAttributes, taskTable } from '../../contract/scheduled-tasks.ts';
import { scheduledTaskDefinition } from '../../workflows/scheduled-task.ts';
import { type Batch, createBatch, type JobDefinition } from '../aws/batch.ts';
import { createExecutor, type Execution, type Executor, type Service } from '../aws/executor.ts';
import { tableServices } from '../aws/services.ts';
import { createTable } from '../aws/tables.ts';
import type { Clock } from './clock.ts';
import { type History, type RunEvent, timeText } from './history.ts';
import { followSchedule } from './scheduler.ts';

export interface LaptopTask {
  readonly name: string;
  readonly schedule: string;
  readonly timeZone: string;
  readonly job: JobDefinition;
  readonly timeLimitSeconds: number;
  readonly retries: number;
}

export interface TasksOptions {
  readonly client: DynamoDBClient;
  /** Name of the table that holds each task's item; it is made if it is missing. */
  readonly table: string;
  readonly tasks: readonly LaptopTask[];
  readonly history: History;
  readonly clock: Clock;
  /** Directory for the runs' output. */
  readonly logs: string;
  readonly show: (line: string) => void;
  /** Milliseconds before every retry, in place of the definition's pauses. */
  readonly retryPause?: number;
}

export interface Tasks {
  readonly executors: readonly Executor[];
  readonly batch: Batch;
  /** Delivers a start, as EventBridge Scheduler does: for the second time, say. */
  deliver(task: string, time: number): void;
  /** Resolves when no run is under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const maxVcpus = 2;
const jobQueue = 'trellis-tasks';

/** The definition that the laptop executes. It differs from a deployed one by names and sizes only. */
export function laptopTaskDefinition(table: string, task: Omit<LaptopTask, 'schedule' | 'timeZone' | 'job'>) {
  return scheduledTaskDefinition({
    table,
    task: task.name,
    jobQueue,
    jobDefinition: task.name,
    vcpu: 1,
    memoryMiB: 2048,
    timeLimitSeconds: task.timeLimitSeconds,
    retries: task.retries,
    overlap: false,
  });
}

export const taskMachine = (task: string) => `trellis-task-${task}`;

/**
 * Runs tasks at their times, each by the state machine that runs it in AWS. The times at which the laptop was off are noted as
 * missed, and not made up for.
 */
export async function startTasks(options: TasksOptions): Promise<Tasks> {
  const { client, table, tasks, history, clock, logs, show, retryPause } = options;
  await createTable(client, table, taskTable);
  const definitions = Object.fromEntries(tasks.map(({ name, job }) => [name, job]));
  const batch = createBatch({ definitions, maxVcpus, logs });
  const stopping = new AbortController();
  const executors = new Map(tasks.map((task) => [task.name, executorOf(task)]));
  const ends = new Set<Promise<void>>();

  function executorOf(task: LaptopTask): Executor {
    const executor = createExecutor({
      name: taskMachine(task.name),
      definition: laptopTaskDefinition(table, task),
      services: {
        ...tableServices(client),
        'arn:aws:states:::batch:submitJob.sync': reasonAsJson(batch.submit),
        // An execution of an earlier process ended with it.
        'arn:aws:states:::aws-sdk:sfn:describeExecution': async ({ ExecutionArn }) => ({
          Status: [...executor.running].some(({ arn }) => arn === ExecutionArn) ? 'RUNNING' : 'ABORTED',
        }),
      },
      ...(retryPause === undefined ? {} : { retryPause }),
      started: (execution) => {
        const end = follow(task.name, execution);
        ends.add(end);
        void end.finally(() => ends.delete(end));
      },
    });
    return executor;
  }

  async function follow(task: string, { arn, input, startedAt, ended }: Execution): Promise<void> {
    const { scheduled_time, run_time }: RunInput = input;
    const run = {
      task,
      time: scheduled_time ?? run_time ?? timeText(startedAt.getTime()),
      execution: arn,
      ...(scheduled_time === undefined ? { byHand: true } : {}),
    };
    history.add({ ...run, event: 'begun', at: timeText(clock.now()) });
    const { state } = await ended;
    if (stopping.signal.aborted) return;
    const event = eventOf(state);
    const reason = event === 'failed' ? await reasonOf(task) : undefined;
    history.add({
      ...run,
      event,
      at: timeText(clock.now()),
      ...(reason === undefined ? {} : { reason }),
    });
    const why = reason === undefined ? '' : `: ${reason}; what it wrote is in ${join(logs, `${task}.log`)}`;
    show(`task ${task} of ${run.time}: ${sentences[event]}${why}`);
  }

  async function reasonOf(task: string): Promise<string> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { id: { S: task } }, ConsistentRead: true }),
    );
    return Item?.[taskAttributes.reason]?.S ?? 'its state machine ended early';
  }

  function deliver(task: string, time: number): void {
    const input: RunInput = { scheduled_time: timeText(time) };
    executors.get(task)?.start(input);
  }

  function missed(task: string, times: readonly number[]): void {
    const last = timeText(times.at(-1) as number);
    history.add({
      task,
      event: 'missed',
      time: last,
      at: timeText(clock.now()),
      before: times.length - 1,
    });
    show(
      `task ${task} missed ${times.length === 1 ? `its run of ${last}` : `${times.length} runs, the last of ${last}`}` +
        `, since the laptop was off; npm run task -- ${task} --for ${last} makes up for it`,
    );
  }

  function schedule({ name, schedule: expression, timeZone }: LaptopTask): Promise<void> {
    const own = history.all().filter(({ task, byHand }) => task === name && byHand !== true);
    const now = timeText(clock.now());
    if (own.length === 0) history.add({ task: name, event: 'created', time: now, at: now });
    const times = own.map(({ time }) => Date.parse(time));
    return followSchedule({
      schedule: parseSchedule(expression),
      timeZone,
      origin: times[0] ?? Date.parse(now),
      since: Math.max(...times, times.length === 0 ? Date.parse(now) : 0),
      clock,
      start: (time) => deliver(name, time),
      missed: (late) => missed(name, late),
      signal: stopping.signal,
    });
  }

  async function idle(): Promise<void> {
    while (ends.size > 0) await Promise.all(ends);
  }

  const following = tasks.map(schedule);
  async function stop(): Promise<void> {
    stopping.abort();
    await Promise.all([batch.stop(), ...[...executors.values()].map((executor) => executor.stop())]);
    await Promise.all([...following, ...ends]);
  }

  return { executors: [...executors.values()], batch, deliver, idle, stop };
}

const sentences: Readonly<Record<RunEvent, string>> = {
  created: 'created',
  begun: 'begun',
  succeeded: 'succeeded',
  failed: 'failed',
  skipped: 'skipped, since the run before it has not ended',
  repeated: 'has begun before',
  missed: 'missed',
};

function eventOf(state: string): RunEvent {
  if (state === 'Succeeded') return 'succeeded';
  if (state === 'SkippedSinceFormerRuns') return 'skipped';
  return state === 'HasBegunBefore' ? 'repeated' : 'failed';
}

/** Step Functions puts Batch's description of a job that failed, as JSON, into the cause of the error. */
function reasonAsJson(submit: Service): Service {
  return async (parameters) => {
    try {
      return await submit(parameters);
    } catch (error) {
      const { name, message } = error as Error;
      throw Object.assign(new Error(JSON.stringify({ StatusReason: message })), { name });
    }
  };
}
