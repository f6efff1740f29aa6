import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { type DrillOptions, drill } from './drill.ts';
import { manyFiles } from './many.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    kills: { type: 'string', default: '100' },
    many: { type: 'string', default: '200' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(`npm run drill:ingest -- [options]   kills jobs, runner and service at random while 20 files are ingested

  --seed <n>    to repeat a run (default: another one each time)
  --kills <n>   (default: 100)
  --many <n>    files that are uploaded at once afterwards (default: 200)`);
} else {
  const seed = Number(values.seed);
  console.log(`seed ${seed}`);
  const files = { seed, files: 20, copies: 3, poison: 3 };
  const calm: DrillOptions = { ...files, kills: 0, maxDeliveries: 1, show: () => {} };
  const undisturbed = await drill(calm);
  const disturbed = await drill({
    ...calm,
    kills: Number(values.kills),
    maxDeliveries: 5,
    show: console.log,
  });

  for (const { beforeFix, afterFix, expected } of [undisturbed, disturbed]) {
    assert.deepEqual(beforeFix.rates, expected.beforeFix);
    assert.deepEqual(afterFix.rates, expected.afterFix);
  }
  assert.deepEqual(disturbed.beforeFix, undisturbed.beforeFix, 'the final state differs');
  assert.deepEqual(disturbed.afterFix, undisturbed.afterFix, 'the final state after the fix differs');
  const poisoned = Object.keys(disturbed.beforeFix.files).filter((name) => name.startsWith('poison'));
  assert.deepEqual(
    disturbed.beforeFix.failures,
    poisoned,
    'the failure queue holds other files than the poison',
  );
  assert.deepEqual(disturbed.torn, [], 'a reader saw part of a file');
  const { kills, readings } = disturbed;
  console.log(
    `after ${kills.job} killed jobs, ${kills.runner} runners and ${kills.service} services the state is that of an ` +
      `undisturbed run; ${readings} readings saw whole files only; the failure queue held each poison file once; ` +
      'after the fix all are committed',
  );

  const maxVcpus = 2;
  const { peakVcpus, seconds } = await manyFiles(Number(values.many), maxVcpus);
  console.log(
    `${values.many} files at once: all committed after ${seconds} s, by at most ${peakVcpus} of ${maxVcpus} vCPUs`,
  );
}
