import { hash } from 'node:crypto';
import { type Severity, severities } from '../../contract/scans.ts';

/** One thing that a scanner found. Lines and columns begin at 1. */
export interface Finding {
  /** The same for the same finding in another commit, where it may have moved to another line. */
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
  /** What was found, less all that is secret and all that moves: with rule and path it makes the fingerprint. */
  readonly subject: string;
}

/** As many findings of a scanner are kept, and as many of a scan; what is beyond them is only counted. */
export const maxFindings = 5000;

export interface FindingList {
  readonly findings: readonly Finding[];
  /** With those that were not kept. */
  readonly total: number;
}

/** Gives findings their fingerprints; equal ones are told apart by their order in the file. */
export function fingerprinted(kind: string, found: readonly Found[]): FindingList {
  const seen = new Map<string, number>();
  const findings = [...found].sort(byPlace).map(({ subject, ...rest }) => {
    const identity = [kind, rest.rule, rest.path, subject].join('\0');
    const occurrence = seen.get(identity) ?? 0;
    seen.set(identity, occurrence + 1);
    return { fingerprint: hash('sha256', `${identity}\0${occurrence}`).slice(0, 32), kind, ...rest };
  });
  findings.sort(bySeverity);
  return { findings: findings.slice(0, maxFindings), total: findings.length };
}

type Placed = Pick<Finding, 'path' | 'line' | 'column' | 'rule'>;

function byPlace(a: Placed, b: Placed): number {
  return (
    compare(a.path, b.path) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    compare(a.rule, b.rule)
  );
}

/** The most severe first, then by place. */
export function bySeverity(a: Finding, b: Finding): number {
  return severities.indexOf(a.severity) - severities.indexOf(b.severity) || byPlace(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function countBySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { high: 0, medium: 0, low: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}
