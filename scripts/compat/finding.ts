/** What a change asks of the next version: `major` breaks a living stack or a program, `minor` adds or updates. */
export type Level = 'major' | 'minor';

export interface Finding {
  readonly level: Level;
  /** An example, a stack, or a component. */
  readonly where: string;
  readonly what: string;
}

/** The least version that may follow `last`, with what was found since. */
export function leastVersion(last: string, found: readonly Finding[]): string {
  const [major = 0, minor = 0] = last.split('.').map(Number);
  if (found.some(({ level }) => level === 'major')) return `${major + 1}.0.0`;
  return found.length > 0 ? `${major}.${minor + 1}.0` : last;
}

/** Negative when `a` is the earlier version. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (const place of [0, 1, 2]) {
    const difference = (left?.[place] ?? 0) - (right?.[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
