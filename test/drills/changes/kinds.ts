import { readFileSync, writeFileSync } from 'node:fs';
import type { SettingKey } from '../../../stacks/settings/index.ts';
import { type Kind, kinds, type Pair } from './matrix.ts';

const file = new URL('../../../stacks/plan/settings-changes.json', import.meta.url);

/** What changes of each setting are, in either stack. */
export function kindsOf(pairs: readonly Pair[]): Partial<Record<SettingKey, Kind[]>> {
  const byKey = Map.groupBy(pairs, ({ key }) => key);
  return Object.fromEntries(
    [...byKey].map(([key, group]) => [
      key,
      kinds.filter((kind) => group.some((pair) => pair.kinds.includes(kind))),
    ]),
  );
}

export function readKinds(): Record<SettingKey, Kind[]> {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** For docs/settings.md, whose table reads this file. */
export function writeKinds(pairs: readonly Pair[]): void {
  const lines = Object.entries(kindsOf(pairs)).map(
    ([key, found]) => `  ${JSON.stringify(key)}: [${found.map((kind) => JSON.stringify(kind)).join(', ')}]`,
  );
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
}
