import { type Load, type LoadReport, startLoad } from '../../../bench/load/run.ts';
import type { Tally } from '../../../bench/load/tally.ts';
import { apiKey } from '../../support/service.ts';
import { freshTables } from '../../support/tables.ts';
import { Fleet, type Version } from './fleet.ts';
import { type ScalingOptions, scaling } from './scaling.ts';
import type { DrillTimings } from './timings.ts';

export type PhaseName = 'rolling release' | 'stop without warning' | 'broken release' | 'scaling';

export interface DrillOptions {
  readonly phases: readonly PhaseName[];
  readonly timings: DrillTimings;
  readonly tasks: number;
  /** Requests a second, but for the peak of scaling. */
  readonly rate: number;
  readonly scaling?: ScalingOptions;
  /** Of every task: how a test breaks the draining. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly show: (line: string) => void;
}

export interface Phase {
  readonly name: PhaseName;
  readonly outcome: string;
  readonly tally: Tally;
  /** Which numbers of tasks were healthy behind the balancer, in turn: `3 6 3`. */
  readonly tasksOverTime: readonly number[];
}

export interface DrillResult {
  readonly phases: readonly Phase[];
  readonly load: LoadReport;
  /** How the tasks that were stopped ended; 0 when nothing went wrong. */
  readonly ends: readonly (number | string)[];
}

/** Time before and after each phase in which nothing happens, in milliseconds: the load alone. */
const calm = 250;

/** Constant load with checked answers, while tasks are released, stopped, rolled back and scaled. */
export async function drill(options: DrillOptions): Promise<DrillResult> {
  const { timings, tasks, show, variables = {} } = options;
  const fleet = await Fleet.start({
    tables: await freshTables(),
    timings,
    version: { name: 'v1', variables },
    tasks,
    show,
  });
  const rate = { now: options.rate };
  const load = startLoad({
    url: fleet.balancer.url,
    key: apiKey,
    scenario: 'mixed',
    rateAt: () => rate.now,
    peakRate: options.rate,
  });
  try {
    const phases: Phase[] = [];
    for (const name of options.phases) {
      show(`\n${name}`);
      phases.push(await watched(name, fleet, load, () => run[name](fleet, options, rate)));
    }
    load.stop();
    return { phases, load: await load.done, ends: fleet.ends };
  } finally {
    load.stop();
    await load.done;
    await fleet.close();
  }
}

type Run = (fleet: Fleet, options: DrillOptions, rate: { now: number }) => Promise<string>;

const run: Record<PhaseName, Run> = {
  'rolling release': (fleet, { variables = {} }) => fleet.release({ name: 'v2', variables }),
  'stop without warning': async (fleet) => {
    await fleet.interrupt();
    return 'replaced';
  },
  'broken release': (fleet, { variables = {} }) => fleet.release(broken(variables)),
  scaling: (fleet, { scaling: how, show }, rate) => {
    if (!how) throw new Error('the phase "scaling" needs its options');
    return scaling(fleet, how, rate, show);
  },
};

/** A version that answers everything with 500. */
function broken(variables: Readonly<Record<string, string>>): Version {
  const preload = new URL('broken-version.ts', import.meta.url).href;
  return { name: 'v3', variables: { ...variables, NODE_OPTIONS: `--import=${preload}` } };
}

async function watched(
  name: PhaseName,
  fleet: Fleet,
  load: Load,
  act: () => Promise<string>,
): Promise<Phase> {
  const tally = load.begin('phase');
  tally.start();
  const tasksOverTime: number[] = [];
  const sample = () => {
    const healthy = fleet.balancer.targets.filter(({ state }) => state === 'healthy').length;
    if (tasksOverTime.at(-1) !== healthy) tasksOverTime.push(healthy);
  };
  const sampling = setInterval(sample, 50);
  sample();
  try {
    await answers(tally);
    const outcome = await act();
    await answers(tally);
    return { name, outcome, tally, tasksOverTime };
  } finally {
    clearInterval(sampling);
    tally.end();
  }
}

/** Waits until the load flows, and a moment more. */
async function answers(tally: Tally): Promise<void> {
  const before = tally.requests;
  const from = performance.now();
  while (tally.requests === before || performance.now() - from < calm)
    await new Promise((resolve) => setTimeout(resolve, 20));
}
