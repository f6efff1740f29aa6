import { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamoDBClient } from '../../data/dynamodb/client.ts';
import { accessOf, startDatabase } from '../aws/database.ts';
import { type S3Emulator, startS3 } from '../aws/s3.ts';
import type { State } from '../state.ts';
import { type Agent, startAgent } from './agent.ts';
import { type Container, createPool, type Pool, type PoolEvent } from './pool.ts';
import type { Worker, WorkerProgram } from './program.ts';
import { countMessages, type MessageCounts, makeQueue, type QueueSettings } from './queue.ts';
import { scale } from './scaler.ts';
import { makeTable } from './tables.ts';

export type WorkerEvent =
  | (PoolEvent & { readonly worker: string })
  | (MessageCounts & {
      readonly event: 'queue';
      readonly worker: string;
      readonly tasks: number;
      readonly dead: number;
    })
  | { readonly event: 'problem'; readonly worker: string; readonly message: string };

export interface RunOptions {
  readonly program: WorkerProgram;
  readonly state: State;
  /** Most tasks of a worker. */
  readonly maxTasks: number;
  /** In place of the containers' own command. */
  readonly command: readonly string[] | undefined;
  /** Variables beside and in place of those of the program. */
  readonly environment: Readonly<Record<string, string>>;
  readonly show: (event: WorkerEvent) => void;
  /** Milliseconds between two looks at a queue. AWS looks once a minute. @default 1000 */
  readonly interval?: number;
}

export interface Workers {
  /** Of all queues, by their names in the program's plan; dead-letter queues come last. */
  readonly queueUrls: Readonly<Record<string, string>>;
  /** SQS and S3. */
  readonly emulator: S3Emulator;
  /** Address of DynamoDB. */
  readonly dynamodb: string;
  /** Process ids of all tasks that run. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** Seconds from SIGTERM to SIGKILL: who stops the laptop's workers does not wait for two minutes. */
const longestStop = 10;

/** Runs all workers of a program as child processes, against emulators. Tables are kept in the state directory; messages end
 * with the run. */
export async function runWorkers(options: RunOptions): Promise<Workers> {
  const { program, state } = options;
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const database = await startDatabase(state);
    if (database.emulator) stops.push(() => database.emulator?.stop());
    // Without a directory: with one, the emulator loses each message that a worker gives back (fauxqs 2.4.1 fails to store
    // it, and has forgotten it before).
    const emulator = await startS3();
    stops.push(() => emulator.stop());
    const variables: Record<string, string> = {
      ...database.variables,
      AWS_ENDPOINT_URL_SQS: emulator.endpoint,
      AWS_ENDPOINT_URL_S3: emulator.endpoint,
    };
    await makeTables(program, variables);
    const sqs = new SQSClient({ ...accessOf(variables), endpoint: emulator.endpoint });
    stops.push(() => sqs.destroy());
    const queueUrls: Record<string, string> = {};
    for (const queue of [...program.queues].sort(deadLettersLast)) {
      // The emulator names a host below localhost, which not every system can look up.
      const { pathname } = new URL(await makeQueue(sqs, queue));
      queueUrls[queue.name] = `${emulator.endpoint}${pathname}`;
    }
    const pools: Pool[] = [];
    const agent = await startAgent();
    stops.push(() => agent.stop());
    for (const worker of program.workers) {
      const { environment, queue } = localise(worker, program, queueUrls);
      const start = { agent, sqs, queueUrls, queue, environment: { ...environment, ...variables } };
      const { pool, stop } = startWorker(worker, start, options);
      pools.push(pool);
      stops.push(stop);
    }
    return {
      queueUrls,
      emulator,
      dynamodb: variables.AWS_ENDPOINT_URL_DYNAMODB as string,
      get pids() {
        return pools.flatMap(({ pids }) => pids);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function deadLettersLast(one: QueueSettings, other: QueueSettings): number {
  return Number(one.redrive === undefined) - Number(other.redrive === undefined);
}

async function makeTables({ tables }: WorkerProgram, variables: Record<string, string>): Promise<void> {
  const endpoint = variables.AWS_ENDPOINT_URL_DYNAMODB as string;
  const client = createDynamoDBClient({ ...accessOf(variables), endpoint });
  for (const table of tables) await makeTable(client, table);
  client.destroy();
}

/** The environment with the laptop's queues in place of AWS's, and the queue that the worker takes from. */
function localise(worker: Worker, { queues }: WorkerProgram, urls: Readonly<Record<string, string>>) {
  const local = (value: string) => {
    const queue = queues.find(({ url }) => url === value);
    return queue === undefined ? value : (urls[queue.name] as string);
  };
  const entries = Object.entries(worker.environment).map(([name, value]) => [name, local(value)]);
  const queue = queues.find(({ url }) => url === worker.environment.QUEUE_URL);
  if (queue === undefined) throw new Error(`${worker.name}: the program does not make its queue`);
  return { environment: Object.fromEntries(entries) as Record<string, string>, queue };
}

interface Start {
  readonly agent: Agent;
  readonly sqs: SQSClient;
  readonly queueUrls: Readonly<Record<string, string>>;
  readonly queue: WorkerProgram['queues'][number];
  readonly environment: Readonly<Record<string, string>>;
}

function startWorker(
  worker: Worker,
  start: Start,
  options: RunOptions,
): { readonly pool: Pool; readonly stop: () => Promise<void> } {
  const { name, scaling } = worker;
  const pool = createPool({
    container: containerOf(worker, start.environment, options),
    agent: start.agent,
    show: (event) => options.show({ ...event, worker: name }),
  });
  const stopping = new AbortController();
  const maxTasks = Math.min(options.maxTasks, scaling.maxTasks);
  const limits = { ...scaling, maxTasks, minTasks: Math.min(maxTasks, scaling.minTasks) };
  const scaled = scale(pool, limits, counter(name, pool, start, options.show), {
    interval: options.interval ?? 1000,
    stop: stopping.signal,
    show: (message) => options.show({ event: 'problem', worker: name, message }),
  });
  const stop = async () => {
    stopping.abort();
    await scaled;
    await pool.stop();
  };
  return { pool, stop };
}

function containerOf(worker: Worker, environment: Start['environment'], options: RunOptions): Container {
  const { name, secrets, directory } = worker;
  const command = options.command ?? worker.command;
  if (command === undefined)
    throw new Error(`${name}: neither the program nor its Dockerfile has a command; give one after --`);
  const missing = secrets.filter((one) => options.environment[one] === undefined);
  if (missing.length > 0)
    throw new Error(`${name}: only AWS knows ${missing.join(', ')}; give each by --env NAME=value`);
  const stopTimeoutSeconds = Math.min(longestStop, worker.stopTimeoutSeconds);
  const told = { QUEUE_STOP_TIMEOUT_SECONDS: String(stopTimeoutSeconds), ...options.environment };
  return { command, directory, environment: { ...environment, ...told }, stopTimeoutSeconds };
}

/** Counts the messages, and shows each change. */
function counter(
  worker: string,
  pool: Pool,
  { sqs, queueUrls, queue }: Start,
  show: RunOptions['show'],
): () => Promise<MessageCounts> {
  const deadLetters = queueUrls[queue.redrive?.to ?? ''];
  let last = '';
  return async () => {
    const counts = await countMessages(sqs, queueUrls[queue.name] as string);
    const dead = deadLetters === undefined ? 0 : (await countMessages(sqs, deadLetters)).visible;
    const event = { event: 'queue', worker, tasks: pool.size, ...counts, dead } as const;
    const text = JSON.stringify(event);
    if (text !== last) show(event);
    last = text;
    return counts;
  };
}
