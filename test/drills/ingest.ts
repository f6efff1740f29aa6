import assert from 'node:assert/strict';
import { runCommand, wholeNumber } from '../../scripts/command.ts';
import type { DrillOptions } from './drill.ts';

await runCommand({
  name: 'npm run drill:ingest',
  help: `-- [options]   kills jobs, runner and service at random while 20 files are ingested

  --seed <n>    to repeat a run (default: another one each time)
  --kills <n>   (default: 100)
  --many <n>    files that are uploaded at once afterwards (default: 200)
  --help

Exit codes: 0 nothing was lost or counted twice, 1 something was, 2 called wrongly.`,
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    kills: { type: 'string', default: '100' },
    many: { type: 'string', default: '200' },
  },
  run: async (values) => {
    const seed = wholeNumber('--seed', values.seed, 0);
    const kills = wholeNumber('--kills', values.kills, 0);
    const many = wholeNumber('--many', values.many, 1);
    const { drill } = await import('./drill.ts');
    console.log(`seed ${seed}`);
    const files = { seed, files: 20, copies: 3, poison: 3 };
    const calm: DrillOptions = { ...files, kills: 0, maxDeliveries: 1, show: () => {} };
    const undisturbed = await drill(calm);
    const disturbed = await drill({
      ...calm,
      kills,
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
    const { kills: killed, readings } = disturbed;
    console.log(
      `after ${killed.job} killed jobs, ${killed.runner} runners and ${killed.service} services the state is that of an ` +
        `undisturbed run; ${readings} readings saw whole files only; the failure queue held each poison file once; ` +
        'after the fix all are committed',
    );

    const { manyFiles } = await import('./many.ts');
    const maxVcpus = 2;
    const { peakVcpus, seconds } = await manyFiles(many, maxVcpus);
    console.log(
      `${many} files at once: all committed after ${seconds} s, by at most ${peakVcpus} of ${maxVcpus} vCPUs`,
    );
  },
});
