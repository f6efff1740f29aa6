import { type Location, maxDepth } from '../../data/rates/tree.ts';
import { BadFile } from './bad-file.ts';
import { csvLine } from './csv-rows.ts';
import { portNumber } from './port-code.ts';
import type { RowReport } from './rejects.ts';
import type { RowSink } from './row-sink.ts';

export const locationColumns = {
  ports: ['code', 'name', 'parent_slug'],
  regions: ['slug', 'name', 'parent_slug'],
} as const;

const slugPattern = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** The most characters of a location's name. */
const nameLength = 100;

interface LocationRow extends Location {
  readonly line: number;
}

/**
 * Checks rows of ports or regions one by one and keeps the good ones; `finish` checks them against each other.
 * @param before locations that stay, unless a row changes them
 */
export function locationRows(
  kind: 'ports' | 'regions',
  report: RowReport,
  limit: number,
  before: readonly Location[] = [],
) {
  const columns = locationColumns[kind];
  const rows = new Map<string, LocationRow>();

  function refuse(fields: readonly string[], line: number, column: number, code: string): void {
    const value = fields[column] as string;
    report.reject({ line, column: columns[column] as string, code, value, raw: csvLine(fields) });
  }

  const sink: RowSink = {
    row(fields, line) {
      const [id, name, parent] = fields as [string, string, string];
      const isId = kind === 'ports' ? portNumber(id) >= 0 : slugPattern.test(id);
      if (!isId) return refuse(fields, line, 0, kind === 'ports' ? 'invalid_code' : 'invalid_slug');
      if (rows.has(id)) return refuse(fields, line, 0, 'duplicate');
      if (name === '' || name.length > nameLength) return refuse(fields, line, 1, 'invalid_name');
      if (parent !== '' && !slugPattern.test(parent)) return refuse(fields, line, 2, 'invalid_slug');
      if (rows.size >= limit) throw new BadFile(`more than ${limit} rows`, { line, code: 'too_many_rows' });
      rows.set(id, { id, name, parent: parent === '' ? undefined : parent, line });
      report.accepted++;
    },
    malformed: (line, column, code, value, raw) => report.reject({ line, column, code, value, raw }),
  };

  /** The good locations, and those that stay. A region is good when the chain of its parents ends at the top, within the
   * depth allowed. */
  function finish(): Location[] {
    const all = new Map<string, Location>([...before.map((one) => [one.id, one] as const), ...rows]);
    // Refusing a region may leave the regions below it without a parent, so this repeats until nothing changes.
    if (kind === 'regions') for (let count = -1; count !== rows.size; refuseBad(all)) count = rows.size;
    if (all.size > limit) throw new BadFile(`more than ${limit} in all`, { line: 1, code: 'too_many_rows' });
    return [...all.values()].map(({ id, name, parent }) => ({ id, name, parent }));
  }

  /** Refuses rows that are bad, or that make a region bad which stays. */
  function refuseBad(all: Map<string, Location>): void {
    const earlier = new Map(before.map((one) => [one.id, one]));
    const out = (row: LocationRow, code: string) => {
      rows.delete(row.id);
      const stays = earlier.get(row.id);
      if (stays) all.set(row.id, stays);
      else all.delete(row.id);
      report.accepted--;
      refuse([row.id, row.name, row.parent ?? ''], row.line, 2, code);
    };
    for (const row of [...rows.values()]) {
      const code = problemAbove(row, all);
      if (code) out(row, code);
    }
    for (const one of before) {
      const code = all.get(one.id) === one ? problemAbove(one, all) : undefined;
      const cause = code && rowAbove(one, all);
      if (code && cause) out(cause, code);
    }
  }

  function rowAbove(region: Location, all: ReadonlyMap<string, Location>): LocationRow | undefined {
    let steps = 0;
    for (
      let parent = region.parent;
      parent !== undefined && steps <= maxDepth;
      parent = all.get(parent)?.parent, steps++
    ) {
      const row = rows.get(parent);
      if (row) return row;
    }
    return undefined;
  }
  return { sink, finish };
}

function problemAbove(region: Location, regions: ReadonlyMap<string, Location>): string | undefined {
  let levels = 1;
  for (let parent = region.parent; parent !== undefined; parent = regions.get(parent)?.parent) {
    if (!regions.has(parent)) return 'unknown_parent';
    if (parent === region.id) return 'circle';
    if (++levels > maxDepth) return 'too_deep';
  }
  return undefined;
}
