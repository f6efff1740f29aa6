import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../../local/commands/sample/random.ts';
import { State } from '../../../local/state.ts';
import { type WorkerProgram, workersIn } from '../../../local/workers/program.ts';
import { runWorkers, type WorkerEvent } from '../../../local/workers/run.ts';
import { evaluateExample } from '../../../scripts/examples.ts';
import { type Disturbance, World } from './world.ts';

export interface DrillOptions {
  readonly seed: number;
  readonly orders: number;
  /** Of the orders: sent twice, as a sender does that got no answer. */
  readonly repeated: number;
  /** Messages that no worker can process. */
  readonly poison: number;
  /** How often a worker is killed, a worker is asked to stop, and a message in work is delivered to another worker too. */
  readonly disturbances: Readonly<Record<Disturbance, number>>;
  /** Seconds for which a received message is hidden. */
  readonly visibilityTimeoutSeconds: number;
  /** Most workers at a time. */
  readonly maxTasks: number;
  /** Seconds after which the drill fails. */
  readonly limitSeconds: number;
  readonly show: (line: string) => void;
}

export interface DrillResult {
  /** Orders that were not charged, or not what they cost. */
  readonly wrong: readonly string[];
  /** Orders that were charged. */
  readonly charged: number;
  /** Bodies in the dead-letter queue, sorted, and what they must be. */
  readonly dead: readonly string[];
  readonly poison: readonly string[];
  readonly disturbed: Readonly<Record<Disturbance, number>>;
  /** Workers that ended and that the scaling had not asked to. */
  readonly ended: number;
  readonly mostTasks: number;
  /** Seconds until all were sent, and until no message was left and no worker ran. */
  readonly sentAfter: number;
  readonly doneAfter: number;
}

interface Order {
  readonly id: string;
  readonly cents: number;
}

const example = fileURLToPath(new URL('../../../examples/orders', import.meta.url));

/**
 * Runs the workers of examples/orders as the laptop does, sends orders to their queue, and disturbs the work at
 * random points of its progress. Then it waits until no message is left and no worker runs.
 */
export async function drill(options: DrillOptions): Promise<DrillResult> {
  const { seed, repeated, limitSeconds, maxTasks, show } = options;
  const random = seededRandom(seed);
  const orders = ordersOf(options.orders, random);
  const poison = Array.from({ length: options.poison }, (_, index) => `poison ${index}`).sort();
  const texts = orders.map((order) => JSON.stringify(order));
  const bodies = mixed([...texts, ...texts.slice(0, repeated), ...poison], random);

  const program = await exampleProgram(options.visibilityTimeoutSeconds);
  const directory = mkdtempSync(join(tmpdir(), 'trellis-workers-'));
  const seen = { ended: 0, mostTasks: 0 };
  const workers = await runWorkers({
    ...{ program, maxTasks, command: undefined, interval: 100 },
    // So that a worker waits for messages for a second at most.
    environment: { QUEUE_STOP_TIMEOUT_SECONDS: '4' },
    state: new State(directory),
    show: (event) => note(event, seen),
  });
  const world = new World(workers, random);
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 100) / 10;
  const check = () => {
    if (seconds() > limitSeconds) throw new Error(`messages were left after ${limitSeconds} s`);
  };
  try {
    const steps = mixed(disturbancesOf(options.disturbances), random);
    const disturbed: Record<Disturbance, number> = { kill: 0, stop: 0, double: 0 };
    await world.send(bodies);
    const sentAfter = seconds();
    show(`${bodies.length} messages sent after ${sentAfter} s`);
    for (const [index, how] of steps.entries()) {
      await world.progress(bodies.length * (1 - (index + random()) / (steps.length + 1)), check);
      if (await world.disturb(how, check)) disturbed[how]++;
      if ((index + 1) % 20 === 0)
        show(`${index + 1} disturbances, ${await world.left()} messages left after ${seconds()} s`);
    }
    await world.ended(check);
    const doneAfter = seconds();
    const charged = await world.charges(program.tables[0]?.TableName as string);
    return {
      wrong: orders.filter(({ id, cents }) => charged.get(id) !== cents).map(({ id }) => id),
      charged: charged.size,
      dead: world.deadLetters(),
      ...{ poison, disturbed, ...seen, sentAfter, doneAfter },
    };
  } finally {
    await workers.stop();
    world.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The example with another visibility timeout, so that the drill does not wait for long after a kill. */
async function exampleProgram(visibilityTimeoutSeconds: number): Promise<WorkerProgram> {
  const { queues, workers, tables } = workersIn(await evaluateExample('orders'), example);
  const QUEUE_VISIBILITY_TIMEOUT_SECONDS = String(visibilityTimeoutSeconds);
  return {
    tables,
    queues: queues.map((queue) => ({ ...queue, visibilityTimeoutSeconds })),
    workers: workers.map((worker) => ({
      ...worker,
      environment: { ...worker.environment, QUEUE_VISIBILITY_TIMEOUT_SECONDS },
      // Several at a time, as far as the messages reach.
      scaling: { ...worker.scaling, backlogPerTask: 100 },
    })),
  };
}

function ordersOf(count: number, random: () => number): Order[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `order-${index}`,
    cents: 1 + Math.floor(random() * 10_000),
  }));
}

/** Fisher and Yates's shuffle. */
function mixed<T>(some: readonly T[], random: () => number): T[] {
  const all = [...some];
  for (let last = all.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [all[last], all[other]] = [all[other] as T, all[last] as T];
  }
  return all;
}

function disturbancesOf(counts: DrillOptions['disturbances']): Disturbance[] {
  return Object.entries(counts).flatMap(([how, count]) => Array(count).fill(how));
}

function note(event: WorkerEvent, seen: { ended: number; mostTasks: number }): void {
  if (event.event === 'ended' && !event.wasAsked) seen.ended++;
  if (event.event === 'queue') seen.mostTasks = Math.max(seen.mostTasks, event.tasks);
}
