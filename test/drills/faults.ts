// npm run drill:faults — callers of every route, while database, bucket and workflow service are sick. Exits 0 when no
// answer was a 500, every write that was answered stayed, and none was done twice.
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { killChildren, stopEmulator } from '../support/emulator.ts';
import { drill } from './faults/drill.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    requests: { type: 'string', default: '100000' },
    callers: { type: 'string', default: '24' },
    faults: { type: 'string', default: '15' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(`npm run drill:faults -- [options]   sends requests to every route while what the service needs is sick

  --seed <n>      to repeat a run's choices (default: others each time)
  --requests <n>  (default: 100000)
  --callers <n>   at once (default: 24)
  --faults <n>    percent of the calls to database, bucket and workflow service that meet one (default: 15)`);
} else {
  const seed = Number(values.seed);
  console.log(`seed ${seed}`);
  const started = performance.now();
  const { requests, unavailable, wrong, uncalled, faults } = await drill({
    seed,
    requests: Number(values.requests),
    callers: Number(values.callers),
    faultShare: Number(values.faults) / 100,
    show: console.log,
  });
  await stopEmulator();
  killChildren();
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${requests} requests met ${faults} faults in ${seconds} s; ${unavailable} were answered 503`);
  assert.deepEqual(wrong, []);
  assert.deepEqual([...uncalled.keys()], [], 'these operations were never called');
  console.log('no answer was a 500, no write that was answered is lost, and none was done twice');
  process.exit(0);
}
