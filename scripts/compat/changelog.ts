import { compareVersions, type Finding } from './finding.ts';

/**
 * The changelog with the section of a version that says what an upgrade from the last one does.
 *
 * @param version whose section it is; that of the last release has none of its own yet
 */
export function withUpgrade(
  changelog: string,
  { version, last, found }: { version: string; last: string; found: readonly Finding[] },
): string {
  if (compareVersions(version, last) <= 0) return changelog;
  const heading = `## ${version}`;
  const section = [`### Upgrade from ${last}`, '', ...upgradeLines(found)].join('\n');
  const parts = changelog.split(/^(?=## )/m);
  const at = parts.findIndex((part) => part.startsWith(`${heading}\n`));
  if (at < 0) return insert(parts, `${heading}\n\n${section}\n\n`);
  const [own = ''] = (parts[at] ?? '').split(/^(?=### Upgrade from )/m);
  return parts.with(at, `${own.trimEnd()}\n\n${section}\n\n`).join('').trimEnd().concat('\n');
}

function insert(parts: readonly string[], section: string): string {
  const [preface = '', ...rest] = parts;
  return [preface, section, ...rest].join('').trimEnd().concat('\n');
}

function upgradeLines(found: readonly Finding[]): string[] {
  if (found.length === 0) return ['Nothing of a stack changes.'];
  const groups = [
    ['Breaks a stack or a program:', found.filter(({ level }) => level === 'major')],
    ['Updates or adds:', found.filter(({ level }) => level === 'minor')],
  ] as const;
  return groups.flatMap(([title, items]) =>
    items.length === 0 ? [] : [title, '', ...items.map(({ where, what }) => `- ${where}: ${what}`), ''],
  );
}
