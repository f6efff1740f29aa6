import type { LoadReport } from './run.ts';
import type { Tally } from './tally.ts';

/** One line: requests a second, percentiles, errors by kind, and answers by server. */
export function progressLine(tally: Tally): string {
  const parts = [
    `${(tally.requests / Math.max(tally.seconds, 0.001)).toFixed(0).padStart(5)} requests/s`,
    percentiles(tally),
    tally.failures === 0 ? 'no errors' : `${tally.failures} errors (${counts(tally.errors)})`,
    ...(tally.servers.size > 0 ? [counts(tally.servers)] : []),
  ];
  return parts.join('  ');
}

export function percentiles(tally: Tally): string {
  return [50, 95, 99].map((p) => `p${p} ${milliseconds(tally.percentile(p))}`).join('  ');
}

/** The report at the end of a run, for people. */
export function finalReport({ total, verified, problems, ratesStatus }: LoadReport): string {
  return [
    `${total.requests} requests in ${total.seconds.toFixed(1)} s; ${percentiles(total)}; slowest ` +
      milliseconds(total.slowest),
    ...[...total.steps].map(([step, count]) => `  ${String(count).padStart(8)}  ${step}`),
    ...(ratesStatus === 404
      ? ['  (no prices are loaded in the target, so 404 is the right answer on rates)']
      : []),
    ...(total.servers.size > 0 ? [`answered by ${counts(total.servers)}`] : []),
    ...(verified > 0 ? [`${verified} properties still have the value that was acknowledged last`] : []),
    ...(total.failures === 0
      ? ['no errors']
      : [
          `${total.failures} errors`,
          ...[...total.errors].map(([kind, n]) => `  ${String(n).padStart(8)}  ${kind}`),
        ]),
    ...problems.map((problem) => `problem: ${problem}`),
  ].join('\n');
}

/** The same report for programs; times are in milliseconds. */
export function reportJson(report: LoadReport): object {
  const { total, verified, problems } = report;
  const latency = Object.fromEntries([50, 95, 99].map((p) => [`p${p}`, total.percentile(p)]));
  return {
    clean: isClean(report),
    requests: total.requests,
    seconds: total.seconds,
    latency: { ...latency, slowest: total.slowest },
    steps: Object.fromEntries(total.steps),
    servers: Object.fromEntries(total.servers),
    verified,
    failures: total.failures,
    errors: Object.fromEntries(total.errors),
    problems,
  };
}

export function isClean({ total, problems }: LoadReport): boolean {
  return total.requests > 0 && total.failures === 0 && problems.length === 0;
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

function counts(of: ReadonlyMap<string, number>): string {
  return [...of].map(([name, count]) => `${name} ${count}`).join(', ');
}
