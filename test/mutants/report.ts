/** What this drill reads of Stryker's report. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Mutant {
  readonly status: string;
  readonly replacement: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

/** Both count from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** A line of survivors.jsonl: the file, the mutant as `describe` shows it, and why no test has to kill it. */
export type Explained = readonly [file: string, mutant: string, reason: string];

export interface Verdict {
  readonly mutants: number;
  /** Killed, or stopped because they hang. */
  readonly killed: number;
  /** Survivors that the list explains. */
  readonly explained: number;
  /** Survivors that it does not: a better test or a line of the list is needed. */
  readonly unexplained: readonly string[];
  /** Lines of the list that no survivor fits any more. */
  readonly outdated: readonly string[];
}

const alive = ['Survived', 'NoCoverage'];
const dead = ['Killed', 'Timeout'];

export function judge({ files }: Report, list: readonly Explained[]): Verdict {
  const all = Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.map((mutant) => ({ status: mutant.status, shown: `${file}: ${describe(source, mutant)}` })),
  );
  const odd = all.filter(({ status }) => ![...alive, ...dead].includes(status));
  if (odd.length > 0) throw new Error(`Stryker could not judge ${odd[0]?.shown}: ${odd[0]?.status}`);
  const survivors = all.filter(({ status }) => alive.includes(status)).map(({ shown }) => shown);
  const listed = list.filter(([file]) => file in files).map(([file, mutant]) => `${file}: ${mutant}`);
  return {
    mutants: all.length,
    killed: all.length - survivors.length,
    explained: survivors.filter((shown) => listed.includes(shown)).length,
    unexplained: survivors.filter((shown) => !listed.includes(shown)),
    outdated: listed.filter((line) => !survivors.includes(line)),
  };
}

/** The line, with what the mutant makes of it in «»: the same wherever in the file the line moves to. */
export function describe(source: string, { replacement, location: { start, end } }: Mutant): string {
  const lines = source.split('\n');
  const [first = '', last = ''] = [lines[start.line - 1], lines[end.line - 1]];
  const isOneLine = start.line === end.line;
  const original = first.slice(start.column - 1, isOneLine ? end.column - 1 : undefined);
  const changed = `«${original}${isOneLine ? '' : ' …'} → ${replacement}»`;
  return `${first.slice(0, start.column - 1)}${changed}${last.slice(end.column - 1)}`
    .replaceAll(/\s+/g, ' ')
    .trim();
}

export function readList(text: string): Explained[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Explained);
}
