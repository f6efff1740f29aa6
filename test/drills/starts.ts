import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../local/commands/sample/random.ts';
import { exitCodes, runCommand, wholeNumber } from '../../scripts/command.ts';

await runCommand({
  name: 'npm run drill:starts',
  help: `-- [options]   starts the laptop and stops it at random moments; nothing of it may be left

  --starts <n>   (default: 200)
  --seed <n>     to repeat a run (default: another one each time)
  --help

Every start is of the same state and the same port, through npm and without it. SIGINT and SIGHUP go to the whole
process group, as from a terminal, SIGTERM to the leader alone.
Exit codes: 0 no process, port or lock was left, 1 one was, 2 called wrongly.`,
  options: {
    starts: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
  run: async (values) => {
    const starts = wholeNumber('--starts', values.starts, 1, 10_000);
    const seed = wholeNumber('--seed', values.seed, 0);
    const { firstStart, stopAt } = await import('./stopped-start.ts');
    console.log(`seed ${seed}`);
    const random = seededRandom(seed);
    const state = mkdtempSync(join(tmpdir(), 'trellis-starts-'));
    const counts = new Map<string, number>();
    const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
    let left = 0;
    try {
      const { port, milliseconds } = await firstStart(state);
      console.log(`up after ${milliseconds} ms; stops come within one and a half times that`);
      for (let number = 1; number <= starts; number++) {
        const stopped = await stopAt({ state, port, random, within: 1.5 * milliseconds });
        count(stopped.signal);
        count(stopped.throughNpm ? 'through npm' : 'without npm');
        count(stopped.reached);
        if (stopped.left.length === 0) continue;
        left++;
        console.log(`start ${number}, ${stopped.signal} ${stopped.reached}: ${stopped.left.join('; ')}`);
      }
      const { milliseconds: last } = await firstStart(state, port);
      console.log(`after all of them it is up within ${last} ms`);
    } finally {
      rmSync(state, { recursive: true, force: true, maxRetries: 5 });
    }
    console.log([...counts].map(([name, times]) => `${name} ${times}`).join(', '));
    console.log(`${starts} starts were stopped; ${left} of them left something behind`);
    return left === 0 ? exitCodes.done : exitCodes.failed;
  },
});
