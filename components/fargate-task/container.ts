/** The name of the volume behind a writable path: `var-cache` for `/var/cache`. */
export function volumeName(path: string): string {
  return path.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

/** JSON with sorted keys, without undefined members. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => compare(a, b)))
      : member,
  );
}

/** Environment variables in the order of their names. */
export function byName(values: Record<string, string>): [string, string][] {
  return Object.entries(values).sort(([a], [b]) => compare(a, b));
}

/** By code unit, not by locale: the same order on every machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
