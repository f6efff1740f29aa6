import { type Severity, severities } from '../../contract/scans.ts';
import { bySeverity, countBySeverity, type Finding, maxFindings } from '../../data/scans/finding.ts';
import type { LanguageCount } from '../languages/languages.ts';

/** The fields of scanners' results that the summary reads. */
export interface ScannerResult {
  readonly findings?: readonly Finding[];
  readonly total?: number;
  readonly languages?: readonly LanguageCount[];
  readonly lines?: number;
  readonly packages?: number;
}

/** The end of a scanner, as the state machine passes it on. */
export interface Ended {
  readonly kind: string;
  readonly status: 'succeeded' | 'failed';
  readonly reason?: string;
}

export interface Summary {
  /** One line for people. */
  readonly text: string;
  readonly findings: number;
  readonly by_severity: Readonly<Record<Severity, number>>;
  readonly by_kind: Readonly<Record<string, number>>;
  /** The ten rules with the most findings. */
  readonly by_rule: Readonly<Record<string, number>>;
  /** Lines of the ten largest languages. */
  readonly languages: Readonly<Record<string, number>>;
  readonly lines: number | null;
  readonly packages: number | null;
}

const shown = 10;

/** Merges the results of scanners. @param results by kind */
export function summarize(results: ReadonlyMap<string, ScannerResult>): {
  summary: Summary;
  findings: Finding[];
} {
  const all = [...results.values()].flatMap(({ findings = [] }) => findings).sort(bySeverity);
  const entries = [...results.entries()];
  const by_severity = countBySeverity(all);
  const findings = entries.reduce((sum, [, { total = 0 }]) => sum + total, 0);
  const numbers = (field: 'lines' | 'packages') =>
    [...results.values()].find((result) => typeof result[field] === 'number')?.[field] ?? null;
  const languages = entries.flatMap(([, result]) => result.languages ?? []);
  const summary = {
    findings,
    by_severity,
    by_kind: Object.fromEntries(entries.map(([kind, { total = 0 }]) => [kind, total])),
    by_rule: largest(counted(all.map(({ kind, rule }) => `${kind}: ${rule}`))),
    languages: largest(languages.map(({ language, lines }) => [language, lines])),
    lines: numbers('lines'),
    packages: numbers('packages'),
  };
  return {
    summary: { text: describe(findings, by_severity), ...summary },
    findings: all.slice(0, maxFindings),
  };
}

/** Whether a scan passes: it must have no finding of high severity. */
export function verdict({ by_severity }: Pick<Summary, 'by_severity'>): 'success' | 'failure' {
  return by_severity.high > 0 ? 'failure' : 'success';
}

/** The failed jobs with their reasons, in one text; empty when all have succeeded. */
export function failures(jobs: readonly Ended[]): string {
  return jobs
    .filter(({ status }) => status === 'failed')
    .map(({ kind, reason = 'unknown reason' }) => `${kind} failed: ${reason}`)
    .join('; ');
}

export function describe(total: number, by: Readonly<Record<Severity, number>>): string {
  if (total === 0) return 'no findings';
  const parts = severities
    .filter((severity) => by[severity] > 0)
    .map((severity) => `${by[severity]} ${severity}`);
  return `${total} ${total === 1 ? 'finding' : 'findings'}: ${parts.join(', ')}`;
}

function counted(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts];
}

function largest(counts: readonly (readonly [string, number])[]): Record<string, number> {
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]).slice(0, shown));
}
