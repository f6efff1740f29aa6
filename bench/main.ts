import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';

const help = `npm run bench -- [name …]   measures, each figure beside its peer or limit in the same run

  page      GET /page against a bare Fastify handler, and against one database read per request
  streams   acquire + release against the default SDK client and against query-then-put
  plan      the offline plan against importing @pulumi/aws alone
  ingest    rows per second and peak memory of the ingest job
  uploads   GET /page while 995 URLs are signed, against GET /page alone
  rates     a year's range, region to region
  site      a profile page with one backend that takes 20 s, against one blocking request; LCP, CLS, TBT
  --help`;

/** A benchmark prints its own lines. */
type Benchmark = () => Promise<void>;

const benchmarks: Record<string, () => Promise<{ run: Benchmark }>> = {
  page: () => import('./page.ts'),
  streams: () => import('./streams.ts'),
  plan: () => import('./plan.ts'),
  ingest: () => import('./ingest.ts'),
  uploads: () => import('./uploads.ts'),
  rates: () => import('./rates.ts'),
  site: () => import('./site.ts'),
};

const { values, positionals } = parseArgs({
  options: { help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in benchmarks));

if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`no benchmark is called ${unknown.join(', ')}\n`);
  console.log(help);
  process.exitCode = unknown.length > 0 ? 1 : 0;
} else {
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`,
  );
  for (const name of positionals.length > 0 ? positionals : Object.keys(benchmarks)) {
    console.log(`\n${name}`);
    await (await benchmarks[name]?.())?.run();
  }
}
