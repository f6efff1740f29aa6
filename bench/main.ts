import { availableParallelism, cpus, loadavg } from 'node:os';
import { exitCodes, Misuse, runCommand } from '../scripts/command.ts';
import { missedGoals } from './goals.ts';

/** Runs one benchmark, which prints its own lines. */
type Benchmark = () => Promise<void>;

const benchmarks: Record<string, () => Promise<{ run: Benchmark }>> = {
  page: () => import('./page.ts'),
  streams: () => import('./streams.ts'),
  plan: () => import('./plan.ts'),
  package: () => import('./package.ts'),
  ingest: () => import('./ingest.ts'),
  uploads: () => import('./uploads.ts'),
  rates: () => import('./rates.ts'),
  rebuild: () => import('./rebuild.ts'),
  site: () => import('./site.ts'),
  workers: () => import('./workers.ts'),
};

await runCommand({
  name: 'npm run bench',
  help: `-- [name …]   runs benchmarks; each figure is printed beside its peer or limit of the same run, and whether it meets its goal

  page      GET /page against a bare Fastify handler, and against one database read per request
  streams   acquire + release against the default SDK client and against query-then-put
  plan      the offline plan against importing @pulumi/aws alone
  package   imports of the packed components against importing @pulumi/aws alone
  ingest    rows per second and peak memory of the ingest job
  uploads   GET /page while 995 URLs are signed, against GET /page alone
  rates     a year's range, region to region, beside one GetItem
  rebuild   a new list of regions over 50, 100 and 200 committed files of 5,000 rows
  site      a profile page with one backend that takes 20 s, against one blocking request; LCP, CLS, TBT
  workers   a simulated day of a QueueWorker, with its cost beside tasks that always run; draws docs/workers.svg
  --help

Exit codes: 0 all goals were met, 1 one was missed or could not be measured, 2 called wrongly.`,
  options: {},
  positionals: true,
  run: async (_, names) => {
    const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name));
    if (unknown.length > 0)
      throw new Misuse(
        `no benchmark is called ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`,
      );
    // A benchmark takes minutes and changes nothing, so it ends when the reader of its output is gone.
    process.stdout.once('error', () => process.exit());
    console.log(
      `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}, load ${loadText()}`,
    );
    for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
      console.log(`\n${name}`);
      await (await benchmarks[name]?.())?.run();
    }
    console.log(`\nload at the end ${loadText()}`);
    return missedGoals() > 0 ? exitCodes.failed : exitCodes.done;
  },
});

/** The mean number of processes that were running or waiting to, over the last minute. */
function loadText(): string {
  return (loadavg()[0] as number).toFixed(1);
}
