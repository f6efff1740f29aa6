import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { runCommand, wholeNumber } from '../../scripts/command.ts';

await runCommand({
  name: 'npm run drill:workers',
  help: `-- [options]   kills and stops workers, and delivers messages twice, while orders are charged

  --seed <n>      to repeat a run (default: another one each time)
  --orders <n>    messages of examples/orders; one in twenty is sent twice (default: 100000)
  --kills <n>     workers that are killed; a third as many are asked to stop (default: 60)
  --doubles <n>   messages in work that are delivered to another worker too (default: 200)
  --limit <n>     seconds after which it fails (default: 1200)
  --help

Exit codes: 0 each order was charged once and the poison alone is in the dead-letter queue, 1 not so, 2 called wrongly.`,
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    orders: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '60' },
    doubles: { type: 'string', default: '200' },
    limit: { type: 'string', default: '1200' },
  },
  run: async (values) => {
    const seed = wholeNumber('--seed', values.seed, 0);
    const orders = wholeNumber('--orders', values.orders, 1);
    const kill = wholeNumber('--kills', values.kills, 0);
    const double = wholeNumber('--doubles', values.doubles, 0);
    const limitSeconds = wholeNumber('--limit', values.limit, 1);
    const { drill } = await import('./workers/rounds.ts');
    console.log(`seed ${seed}`);
    const result = await drill({
      ...{ seed, orders, limitSeconds },
      repeated: Math.floor(orders / 20),
      poison: Math.ceil(orders / 1000),
      disturbances: { kill, stop: Math.ceil(kill / 3), double },
      visibilityTimeoutSeconds: 5,
      maxTasks: availableParallelism(),
      show: console.log,
    });
    assert.deepEqual(result.wrong, [], 'orders were not charged once');
    assert.equal(result.charged, orders, 'more was charged than was ordered');
    assert.deepEqual(result.dead, result.poison, 'the dead-letter queue does not hold the poison alone');
    const { disturbed, dead, sentAfter, doneAfter, mostTasks } = result;
    console.log(
      `each of ${orders} orders was charged once, and ${dead.length} messages that cannot be processed are dead letters, ` +
        `after ${disturbed.kill} killed and ${disturbed.stop} stopped workers of up to ${mostTasks} at a time, and ` +
        `${disturbed.double} doubled deliveries; all sent after ${sentAfter} s, all done after ${doneAfter} s`,
    );
  },
});
