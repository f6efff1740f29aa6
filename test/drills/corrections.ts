import assert from 'node:assert/strict';
import { runCommand, wholeNumber } from '../../scripts/command.ts';

await runCommand({
  name: 'npm run drill:corrections',
  help: `-- [options]   random histories of uploads, corrections and kills, beside four processes that read

  --seed <n>       of the first history (default: 1)
  --histories <n>  (default: 200)
  --steps <n>      of each history (default: 16)
  --beside <commit>  two of the processes read with the service of that commit, and its jobs commit a part of the prices
  --help

Exit codes: 0 every cell was right after every step, 1 one was not, 2 called wrongly.`,
  options: {
    seed: { type: 'string', default: '1' },
    histories: { type: 'string', default: '200' },
    steps: { type: 'string', default: '16' },
    beside: { type: 'string' },
  },
  run: async (values) => {
    const first = wholeNumber('--seed', values.seed, 0);
    const histories = wholeNumber('--histories', values.histories, 1);
    const steps = wholeNumber('--steps', values.steps, 2);
    const { createWorld } = await import('../support/ingest-jobs.ts');
    const { stopEmulator } = await import('../support/emulator.ts');
    const { runHistory } = await import('../support/history.ts');
    const { judge, startReaders } = await import('./corrections/readers.ts');
    const { earlierRelease } = await import('./corrections/earlier-release.ts');
    const earlier = values.beside === undefined ? undefined : earlierRelease(values.beside);
    const readers = await startReaders([undefined, undefined, earlier?.store, earlier?.store]);
    const totals = { kills: 0, steps: 0, readings: 0 };
    try {
      for (let seed = first; seed < first + histories; seed++) {
        const world = await createWorld();
        const versions: Parameters<typeof judge>[1][number][] = [];
        readers.begin({ endpoint: world.tables.endpoint, table: world.ratesTable });
        totals.kills += await runHistory({
          seed,
          steps,
          world,
          earlierJob: earlier?.job,
          show: process.env.SHOW ? console.log : undefined,
          onStep: (cells, what) => {
            const isUnclear = what.includes(' beside ') || what.startsWith('a sweep');
            versions.push({ cells: new Map(cells), ended: Date.now(), isUnclear });
          },
          beforeEnd: async () => {
            const { torn, judged } = judge(await readers.end(), versions);
            assert.deepEqual(torn, [], `seed ${seed}: a reader saw what was never there`);
            totals.readings += judged;
          },
        });
        totals.steps += steps;
        await world.close();
        if ((seed - first) % 10 === 9) console.log(`${seed - first + 1} histories`, totals);
      }
    } finally {
      await readers.close();
      earlier?.remove();
      await stopEmulator();
    }
    console.log(
      `${histories} histories of ${steps} steps with ${totals.kills} kills: every cell was right after every step; ` +
        `${totals.readings} readings by four processes saw no mixture; nothing dead is left`,
    );
  },
});
