import type { Outcome } from '../../data/ledger/ingest.ts';

/** What must be true of ports, regions and prices after every step of a history, by the definition: row by row. */

export interface ModelRow {
  readonly orig: string;
  readonly dest: string;
  readonly day: string;
  /** In ten-thousandths; undefined for a row that is bad in itself. */
  readonly units: number | undefined;
}

export interface ModelFile {
  readonly id: string;
  readonly body: string;
  readonly rows: readonly ModelRow[];
  /** The rows that count, or counted; empty until it was committed. */
  accepted: readonly ModelRow[];
  state: 'committed' | 'rejected' | 'retracted' | 'replaced';
  duplicateOf?: string | undefined;
}

export type Parents = ReadonlyMap<string, string | undefined>;

/** Count and sum by lane and day: `CNGGZ asia 2021-01-05` to `3 1230000`. */
export type Cells = ReadonlyMap<string, string>;

export class Model {
  regions: Parents = new Map();
  ports: Parents = new Map();
  readonly files = new Map<string, ModelFile>();

  live(): ModelFile[] {
    return [...this.files.values()].filter(isLive);
  }

  liveWith(body: string): ModelFile | undefined {
    return this.live().find((file) => file.body === body);
  }

  isGood({ orig, dest, units }: ModelRow): boolean {
    return units !== undefined && this.ports.has(orig) && this.ports.has(dest);
  }

  /** A port or region and all regions around it. */
  line(port: string): string[] {
    const line = [port];
    for (let at = this.ports.get(port); at !== undefined && this.regions.has(at); at = this.regions.get(at))
      line.push(at);
    return line;
  }

  /** All cells, from all rows that count. */
  cells(): Cells {
    const sums = new Map<string, { count: number; sum: bigint }>();
    for (const { orig, dest, day, units } of this.live().flatMap(({ accepted }) => accepted)) {
      for (const from of this.line(orig)) {
        for (const to of this.line(dest)) {
          const cell = sums.get(`${from} ${to} ${day}`) ?? { count: 0, sum: 0n };
          cell.count++;
          cell.sum += BigInt(units as number);
          sums.set(`${from} ${to} ${day}`, cell);
        }
      }
    }
    return new Map([...sums].map(([key, { count, sum }]) => [key, `${count} ${sum}`]));
  }

  /** Those of the codes that prices use. */
  used(kind: 'ports' | 'regions', codes: readonly string[]): string[] {
    const ports = this.live().flatMap(({ accepted }) => accepted.flatMap(({ orig, dest }) => [orig, dest]));
    const names = kind === 'ports' ? ports : ports.flatMap((port) => this.line(port).slice(1));
    return codes.filter((code) => names.includes(code));
  }
}

export function isLive({ state, duplicateOf }: ModelFile): boolean {
  return state === 'committed' && duplicateOf === undefined;
}

/** A rejection must have a reason, and what has a reason must be rejected. @returns what is wrong with it */
export function judgePrices(
  model: Model,
  file: ModelFile,
  { partial, replaces }: { readonly partial: boolean; readonly replaces: string | undefined },
  outcome: Outcome,
): string | undefined {
  const good = file.rows.filter((row) => model.isGood(row));
  const same = model.liveWith(file.body);
  const replaced = replaces === undefined ? undefined : model.files.get(replaces);
  const isReplaceable = replaced === undefined || isLive(replaced);
  const isBad = good.length < file.rows.length && (!partial || good.length === 0);
  const isNew = same === undefined || good.length > same.accepted.length;
  const mayCommit =
    isReplaceable && !isBad && isNew && (same === undefined || !replaced || same === replaced);
  const isCommitted = outcome.state === 'committed' && outcome.duplicate_of === undefined;
  if (isCommitted && same?.id === file.id && !isNew) return undefined;
  if (isCommitted !== mayCommit) return `it ended ${outcome.state} (${outcome.reason}), which is wrong`;
  if (outcome.duplicate_of !== undefined && outcome.duplicate_of !== same?.id)
    return `it is no duplicate of ${outcome.duplicate_of}`;
  if (isCommitted && outcome.rows_accepted !== good.length)
    return `${outcome.rows_accepted} rows are accepted in place of ${good.length}`;
  return undefined;
}
