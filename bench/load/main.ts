import { environment } from '../../contract/environment.ts';
import { defaultStateDirectory, State } from '../../local/state.ts';
import { exitCodes, Misuse, runCommand } from '../../scripts/command.ts';
import { type Arguments, help, options, readArguments } from './arguments.ts';
import { rateAt } from './rate.ts';
import { finalReport, isClean, progressLine, reportJson } from './report.ts';
import { type Load, startLoad } from './run.ts';
import { describe } from './scenarios.ts';

await runCommand({
  name: 'npm run load',
  help,
  options,
  run: async (values) => {
    const parsed = readArguments(values);
    return parsed.dryRun ? explain(parsed) : main(parsed);
  },
});

async function main(parsed: Arguments): Promise<number> {
  const { rate, seconds, json } = parsed;
  const load = startLoad({
    url: parsed.url,
    key: keyOf(parsed),
    scenario: parsed.scenario,
    seconds,
    rateAt: (at) => rateAt(rate, at / seconds),
    peakRate: Math.max(rate.from, rate.to),
  });
  const interrupted = stopEarly(load);
  let interval = load.begin('progress');
  const progress = setInterval(() => {
    if (!json) console.log(`${load.total.seconds.toFixed(0).padStart(5)} s  ${progressLine(interval)}`);
    interval = load.begin('progress');
  }, parsed.everySeconds * 1000);
  const report = await load.done;
  clearInterval(progress);
  console.log(json ? JSON.stringify(reportJson(report), null, 2) : `\n${finalReport(report)}`);
  if (!isClean(report)) return exitCodes.failed;
  return interrupted() ? exitCodes.interrupted : exitCodes.done;
}

function explain({ url, rate, seconds, scenario, dryRun, json }: Arguments): number {
  const rates = rate.from === rate.to ? `${rate.from}` : `${rate.from} to ${rate.to}`;
  const requests = Math.round(((rate.from + rate.to) / 2) * seconds);
  const steps = describe(scenario);
  if (json) console.log(JSON.stringify({ url, scenario, rate, seconds, requests, steps }, null, 2));
  else {
    console.log(`to ${url}, scenario ${scenario}: ${rates} requests/s for ${seconds} s, about ${requests}:`);
    for (const step of steps) console.log(`  ${step}`);
  }
  if (dryRun === 'asked for') return exitCodes.done;
  const { hostname } = new URL(url);
  throw new Misuse(
    `nothing was sent, since ${hostname} is not this machine; if you may load it, add --i-own-this-target ${hostname}`,
  );
}

/** The key to send. The laptop's own key is sent to the laptop only. */
function keyOf({ key, scenario, isLoopback }: Arguments): string | undefined {
  if (scenario === 'page') return undefined;
  const given = key ?? process.env[environment.apiKey];
  if (given) return given;
  if (isLoopback) return new State(defaultStateDirectory).apiKey();
  throw new Misuse(`scenario ${scenario} needs --key or ${environment.apiKey}`);
}

/** The first signal ends the run in order, the second at once. The run also ends in order when the reader of its report is
 * gone. */
function stopEarly(load: Load): () => boolean {
  let count = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (++count > 1) process.exit(exitCodes.interrupted);
      console.error(
        '\nstopping: requests under way are finished and users are deleted; Ctrl-C again ends at once',
      );
      load.stop();
    });
  }
  process.stdout.once('error', () => load.stop());
  return () => count > 0;
}
