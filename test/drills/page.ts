import assert from 'node:assert/strict';
import { runCommand, wholeNumber } from '../../scripts/command.ts';

await runCommand({
  name: 'npm run drill:page',
  help: `-- [options]   writes and reads the page over four processes that are killed and lose answers of the database

  --seed <n>         of the first round (default: 1)
  --rounds <n>       (default: 10)
  --operations <n>   of each of 8 clients in a round (default: 400)
  --beside <commit>  two of the processes are the service of that commit
  --help

Exit codes: 0 every round was linearizable, 1 one was not, 2 called wrongly.`,
  options: {
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '10' },
    operations: { type: 'string', default: '400' },
    beside: { type: 'string' },
  },
  run: async (values) => {
    const first = wholeNumber('--seed', values.seed, 0);
    const rounds = wholeNumber('--rounds', values.rounds, 1);
    const operationsPerClient = wholeNumber('--operations', values.operations, 1);
    const { killChildren, stopEmulator } = await import('../support/emulator.ts');
    const { earlierRelease } = await import('./corrections/earlier-release.ts');
    const { pageRound } = await import('./page/round.ts');
    const earlier = values.beside === undefined ? undefined : earlierRelease(values.beside);
    const totals = { operations: 0, unanswered: 0, kills: 0, lost: 0, conflicts: 0 };
    try {
      for (let seed = first; seed < first + rounds; seed++) {
        const { violation, ...counts } = await pageRound(seed, operationsPerClient, earlier?.service);
        for (const key of Object.keys(counts) as (keyof typeof counts)[]) totals[key] += counts[key];
        console.log(`seed ${seed}`, counts);
        assert.equal(violation, undefined, `seed ${seed} is not linearizable: ${violation}`);
      }
    } finally {
      earlier?.remove();
      // What a failed run leaves would keep this process alive.
      killChildren();
      await stopEmulator();
    }
    console.log(`${rounds} rounds were linearizable:`, totals);
  },
});
