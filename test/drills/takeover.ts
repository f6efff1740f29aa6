import { runCommand, wholeNumber } from '../../scripts/command.ts';

await runCommand({
  name: 'npm run drill:takeover',
  help: `-- [options]   takes over the tables of an earlier release, while that release goes on beside this one

The earlier release's own service and jobs write the data. Two services of each release then serve the same tables under
load, while jobs of both change the rates.

  --from <commit>  the earlier release (default: 80d40d3)
  --rounds <n>     rounds of the load beside each change (default: 5)
  --record         only has that release store a little of everything, in the file that npm test takes over
  --help

Exit codes: 0 all answers were right, 1 one was not, 2 called wrongly.`,
  options: {
    from: { type: 'string', default: '80d40d3' },
    rounds: { type: 'string', default: '5' },
    record: { type: 'boolean', default: false },
  },
  run: async (values) => {
    const rounds = wholeNumber('--rounds', values.rounds, 1);
    const { killChildren, stopEmulator } = await import('../support/emulator.ts');
    const { earlierRelease } = await import('./corrections/earlier-release.ts');
    const { recordRelease, takeOver } = await import('./takeover/rounds.ts');
    const earlier = earlierRelease(values.from);
    try {
      await (values.record ? recordRelease(earlier, values.from) : takeOver(earlier, rounds));
    } finally {
      earlier.remove();
      // What a failed run leaves would keep this process alive.
      killChildren();
      await stopEmulator();
    }
  },
});
