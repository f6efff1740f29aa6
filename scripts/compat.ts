import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluating, exitCodes, Misuse, runCommand } from './command.ts';
import { withUpgrade } from './compat/changelog.ts';
import { compareVersions, type Finding, leastVersion } from './compat/finding.ts';
import { root } from './package/manifest.ts';

export const changelogFile = join(root, 'CHANGELOG.md');

export interface Comparison {
  readonly version: string;
  readonly last: string;
  readonly found: readonly Finding[];
  /** The least version that package.json may have. */
  readonly least: string;
  readonly isAllowed: boolean;
}

/** Compares this version with the last release. @throws when none is recorded */
export async function compare(): Promise<Comparison> {
  // Loaded here, since it brings Pulumi and all of AWS along.
  const { changesFrom, nextVersion, recordedVersions } = await import('./compat/record.ts');
  const [last] = recordedVersions();
  if (last === undefined) throw new Error('no release is recorded; npm run compat -- --record');
  const [version, found] = [nextVersion(), await changesFrom(last)];
  const least = leastVersion(last, found);
  return { version, last, found, least, isAllowed: compareVersions(version, least) >= 0 };
}

if (import.meta.main) {
  await runCommand({
    name: 'npm run compat',
    help: `-- [options]   compares the components with the last release

  --record   records this version as released: examples, both stacks, schema and exports, in compat/<version>/
  --write    writes into CHANGELOG.md what an upgrade does
  --help

A replacement, a deletion, an alias that is gone, and an argument, output or type that is gone or narrower need a major
version; an update or an addition needs a minor one.
Exit codes: 0 package.json has a version that allows the changes, 1 it has not, 2 called wrongly.`,
    options: { record: { type: 'boolean' }, write: { type: 'boolean' } },
    run: async ({ record, write }) => {
      if (record && write) throw new Misuse('--record and --write exclude each other');
      if (record) {
        const { nextVersion, writeRecord } = await import('./compat/record.ts');
        await evaluating(() => writeRecord(nextVersion()));
        return exitCodes.done;
      }
      const comparison = await evaluating(compare);
      const { version, last, found, least, isAllowed } = comparison;
      for (const { level, where, what } of found) console.log(`${level}  ${where}: ${what}`);
      console.log(`${found.length} changes since ${last}: ${least} at least; package.json says ${version}`);
      if (write) writeFileSync(changelogFile, withUpgrade(readFileSync(changelogFile, 'utf8'), comparison));
      return isAllowed ? exitCodes.done : exitCodes.failed;
    },
  });
}
