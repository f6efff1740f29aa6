import { environment } from '../contract/environment.ts';
import { defaultStateDirectory, State } from '../local/state.ts';
import { type Arguments, help, parseArguments } from './arguments.ts';
import { rateAt } from './rate.ts';
import { finalReport, isClean, progressLine } from './report.ts';
import { type Load, startLoad } from './run.ts';
import { describe } from './scenarios.ts';

/** Of a call that was refused, so that it can be told from a run with errors. */
const misuse = 2;
/** As shells say it of whoever was ended by Ctrl-C. */
const interruptedCode = 130;

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  return misuse;
});

async function main(args: string[]): Promise<number> {
  const parsed = parseArguments(args);
  if (!parsed) {
    console.log(help);
    return 0;
  }
  if (parsed.dryRun) return explain(parsed);
  const key = keyOf(parsed);
  const { rate, seconds } = parsed;
  const load = startLoad({
    url: parsed.url,
    key,
    scenario: parsed.scenario,
    seconds,
    rateAt: (at) => rateAt(rate, at / seconds),
    peakRate: Math.max(rate.from, rate.to),
  });
  const interrupted = stopOnSignal(load);
  let interval = load.begin('progress');
  const progress = setInterval(() => {
    console.log(`${load.total.seconds.toFixed(0).padStart(5)} s  ${progressLine(interval)}`);
    interval = load.begin('progress');
  }, parsed.everySeconds * 1000);
  const report = await load.done;
  clearInterval(progress);
  console.log(`\n${finalReport(report)}`);
  if (!isClean(report)) return 1;
  return interrupted() ? interruptedCode : 0;
}

function explain({ url, rate, seconds, scenario, dryRun }: Arguments): number {
  const rates = rate.from === rate.to ? `${rate.from}` : `${rate.from} to ${rate.to}`;
  const requests = Math.round(((rate.from + rate.to) / 2) * seconds);
  console.log(`to ${url}, scenario ${scenario}: ${rates} requests/s for ${seconds} s, about ${requests}:`);
  for (const line of describe(scenario)) console.log(`  ${line}`);
  if (dryRun === 'asked for') return 0;
  const { hostname } = new URL(url);
  console.error(
    `\nNothing was sent: ${hostname} is not this machine. If you may load it: --i-own-this-target ${hostname}`,
  );
  return misuse;
}

/** The laptop's own key goes to the laptop alone. */
function keyOf({ key, scenario, isLoopback }: Arguments): string | undefined {
  if (scenario === 'page') return undefined;
  const given = key ?? process.env[environment.apiKey];
  if (given) return given;
  if (isLoopback) return new State(defaultStateDirectory).apiKey();
  throw new Error(`scenario ${scenario} needs --key or ${environment.apiKey}`);
}

/** The first signal ends the run in order, the second at once. */
function stopOnSignal(load: Load): () => boolean {
  let count = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (++count > 1) process.exit(interruptedCode);
      console.log(
        '\nstopping: what is under way is finished, users are deleted (once more to leave at once)',
      );
      load.stop();
    });
  }
  return () => count > 0;
}
