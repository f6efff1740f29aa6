import type { parseArgs } from 'node:util';
import { finalReport, isClean, percentiles } from '../../bench/load/report.ts';
import { timings } from '../../contract/timings.ts';
import { exitCodes, Misuse, runCommand } from '../../scripts/command.ts';
import type { DrillResult, Phase, PhaseName } from './release/drill.ts';

const expected: Record<PhaseName, RegExp> = {
  'rolling release': /^released$/,
  'stop without warning': /^replaced$/,
  'broken release': /^rolled back$/,
  scaling: /^(\d+) → (?!\1 )\d+ → \1 tasks$/,
};

const phaseNames = Object.keys(expected) as PhaseName[];

// Tasks and emulator end with this process (test/support/emulator.ts), which a signal alone would not let them.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const options = {
  rate: { type: 'string', default: '200' },
  stack: { type: 'string', default: 'prod' },
  tasks: { type: 'string' },
  factor: { type: 'string', default: '0.2' },
  'scaling-factor': { type: 'string', default: String(1 / 30) },
  phase: { type: 'string', multiple: true },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

await runCommand({
  name: 'npm run drill:release',
  help: `-- [options]   releases, stops and scales tasks under load; no request may fail

  --rate <n>             requests a second (default: 200)
  --stack <name>         whose scaling policy and least number of tasks are taken (default: prod)
  --tasks <n>            another number of tasks
  --factor <f>           of the durations in contract/timings.ts; 1 is real time (default: 0.2)
  --scaling-factor <f>   of the periods and cooldowns of scaling (default: 1/30: a minute takes 2 s)
  --phase <name>         one of ${phaseNames.join(', ')}; may be repeated (default: all)
  --help

Exit codes: 0 no request failed, 1 one did, 2 called wrongly.`,
  options,
  run: async (values) => ((await main(values)) ? exitCodes.done : exitCodes.failed),
});

async function main(values: Values): Promise<boolean> {
  const phases = values.phase ? values.phase.map(phaseOf) : phaseNames;
  const [{ killChildren, stopEmulator }, { drill }, { scalingOfStack }, { scaledTimings }] =
    await Promise.all([
      import('../support/emulator.ts'),
      import('./release/drill.ts'),
      import('./release/scaling.ts'),
      import('./release/timings.ts'),
    ]);
  const factor = Number(values.factor);
  const scaling = scalingOfStack(values.stack, Number(values['scaling-factor']));
  const scaled = scaledTimings(factor);
  console.log(
    `durations × ${factor}: health check every ${scaled.healthCheckInterval / 1000} s (really ` +
      `${timings.healthCheckInterval}), deregistration ${scaled.deregistrationDelay / 1000} s ` +
      `(${timings.deregistrationDelay}), draining ${scaled.drainSeconds} s (${timings.drain}); not scaled: ` +
      `connections idle for ${timings.balancerIdle} s at the balancer, ${timings.keepAlive} s at the service`,
  );
  try {
    const result = await drill({
      phases,
      timings: scaled,
      tasks: values.tasks === undefined ? scaling.policy.min : Number(values.tasks),
      rate: Number(values.rate),
      scaling,
      show: console.log,
    });
    return report(result);
  } finally {
    await stopEmulator();
    killChildren();
  }
}

function phaseOf(text: string): PhaseName {
  const name = phaseNames.find((known) => known === text);
  if (!name) throw new Misuse(`--phase ${text}: must be one of ${phaseNames.join(', ')}`);
  return name;
}

function report({ phases, load, ends }: DrillResult): boolean {
  console.log();
  for (const phase of phases) console.log(lineOf(phase));
  console.log(`\n${finalReport(load)}`);
  const crashed = ends.filter((end) => end !== 0);
  if (crashed.length > 0) console.log(`tasks that did not end with 0: ${crashed.join(', ')}`);
  const unexpected = phases.filter(({ name, outcome }) => !expected[name].test(outcome));
  for (const { name, outcome } of unexpected) console.log(`problem: ${name} came to "${outcome}"`);
  return isClean(load) && crashed.length === 0 && unexpected.length === 0;
}

function lineOf({ name, outcome, tally, tasksOverTime }: Phase): string {
  return (
    `${name.padEnd(21)} ${tally.seconds.toFixed(1).padStart(5)} s ${String(tally.requests).padStart(6)} requests ` +
    `${tally.failures} errors  ${percentiles(tally)}  healthy tasks ${tasksOverTime.join(' ')}  ${outcome}`
  );
}
