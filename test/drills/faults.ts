import assert from 'node:assert/strict';
import { runCommand, wholeNumber } from '../../scripts/command.ts';

await runCommand({
  name: 'npm run drill:faults',
  help: `-- [options]   sends requests to every route while database, bucket and workflow service are sick

  --seed <n>      to repeat a run's choices (default: others each time)
  --requests <n>  (default: 100000)
  --callers <n>   at once (default: 64)
  --faults <n>    percent of the calls to database, bucket and workflow service that meet one (default: 20)
  --help

Exit codes: 0 no answer was a 500, no write lost, none done twice; 1 one was; 2 called wrongly.`,
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    requests: { type: 'string', default: '100000' },
    callers: { type: 'string', default: '64' },
    faults: { type: 'string', default: '20' },
  },
  run: async (values) => {
    const seed = wholeNumber('--seed', values.seed, 0);
    const requests = wholeNumber('--requests', values.requests, 1);
    const callers = wholeNumber('--callers', values.callers, 1);
    const faultShare = wholeNumber('--faults', values.faults, 0, 100) / 100;
    const [{ killChildren, stopEmulator }, { drill }] = await Promise.all([
      import('../support/emulator.ts'),
      import('./faults/drill.ts'),
    ]);
    console.log(`seed ${seed}`);
    const started = performance.now();
    const result = await drill({ seed, requests, callers, faultShare, show: console.log });
    await stopEmulator();
    killChildren();
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(
      `${result.requests} requests met ${result.faults} faults in ${seconds} s; ` +
        `${result.unavailable} were answered 503`,
    );
    assert.deepEqual(result.wrong, []);
    assert.deepEqual([...result.uncalled.keys()], [], 'these operations were never called');
    console.log('no answer was a 500, no write that was answered is lost, and none was done twice');
  },
});
process.exit();
