import { exitCodes, runCommand, wholeNumber } from '../../scripts/command.ts';

await runCommand({
  name: 'npm run drill:changes',
  help: `-- [options]   changes each value of each setting to each other one, in both stacks

  --keys <n>     as many settings, chosen at random (default: all)
  --seed <n>     to choose the same ones again (default: another one each time)
  --write        writes what docs/settings.md tells of all settings
  --json         as JSON: {values, refusedValues, pairs: [{stack, key, from, to, kinds, conflicts, refusals}]}
  --help

Each value is evaluated once with the settings that it needs beside it; of a list all values count, of numbers the least
and the greatest, and what the stack's file says. A pair is a comparison of two evaluations, as \`npm run plan -- --changes\`
makes it. Takes about five minutes.
Exit codes: 0 no conflict, 1 conflicts, 2 called wrongly.`,
  options: {
    keys: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    write: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: async ({ keys: most, seed: given, write, json }) => {
    const { allKeys, changeAll, chosen, conflictsOf, stackNames, summary } = await import(
      './changes/matrix.ts'
    );
    const { writeKinds } = await import('./changes/kinds.ts');
    const seed = wholeNumber('--seed', given, 0);
    const keys = most === undefined ? allKeys : chosen(wholeNumber('--keys', most, 1, allKeys.length), seed);
    // Pulumi's runtime rejects promises of its own when a program throws; the first one has the reason.
    const failed = new Promise<never>((_, reject) => process.on('unhandledRejection', reject));
    const matrix = await Promise.race([failed, changeAll(keys, stackNames, (line) => console.error(line))]);
    const found = conflictsOf(matrix.pairs);
    if (write && keys.length === allKeys.length) writeKinds(matrix.pairs);
    console.log(json ? JSON.stringify(matrix, null, 2) : `seed ${seed}: ${summary(matrix)}`);
    for (const line of found) console.error(`! ${line}`);
    return found.length === 0 ? exitCodes.done : exitCodes.failed;
  },
});
