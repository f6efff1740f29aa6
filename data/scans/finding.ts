import { hash } from 'node:crypto';
import { type Severity, severities } from '../../contract/scans.ts';

/** One thing that a scanner found. Lines and columns begin at 1. */
export interface Finding {
  /** Identifies the finding: it stays the same in another commit, where the finding may be on another line. */
  readonly fingerprint: string;
  /** The scanner. */
  readonly kind: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly path: string;
  readonly line?: number;
  readonly end_line?: number;
  readonly column?: number;
}

/** A finding before it has its fingerprint. */
export interface Found extends Omit<Finding, 'fingerprint' | 'kind'> {
  /** The part of the finding that stays the same when lines move, without secrets. Kind, rule, path and this make the
   * fingerprint. */
  readonly subject: string;
}

/** The most findings that are kept of a scanner, and of a scan; further ones are only counted. */
export const maxFindings = 5000;

export interface FindingList {
  readonly findings: readonly Finding[];
  /** The number of all findings, those included that were not kept. */
  readonly total: number;
}

/** Gives findings their fingerprints. Equal findings differ by their order in the file. */
export function fingerprinted(kind: string, found: readonly Found[]): FindingList {
  const seen = new Map<string, number>();
  const findings = [...found].sort(byPosition).map(({ subject, ...rest }) => {
    const identity = [kind, rest.rule, rest.path, subject].join('\0');
    const occurrence = seen.get(identity) ?? 0;
    seen.set(identity, occurrence + 1);
    return { fingerprint: hash('sha256', `${identity}\0${occurrence}`).slice(0, 32), kind, ...rest };
  });
  findings.sort(bySeverity);
  return { findings: findings.slice(0, maxFindings), total: findings.length };
}

type Positioned = Pick<Finding, 'path' | 'line' | 'column' | 'rule'>;

function byPosition(a: Positioned, b: Positioned): number {
  return (
    compare(a.path, b.path) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    compare(a.rule, b.rule)
  );
}

/** The most severe first, then by position. */
export function bySeverity(a: Finding, b: Finding): number {
  return severities.indexOf(a.severity) - severities.indexOf(b.severity) || byPosition(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function countBySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { high: 0, medium: 0, low: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}
