import type { Log, ReportingDescriptor, Result, Run } from 'sarif';
import type { Finding } from '../../data/scans/finding.ts';
import type { Scan, ScanJob } from './scan.ts';

const levels = { high: 'error', medium: 'warning', low: 'note' } as const;

/** A scan in the Static Analysis Results Interchange Format 2.1.0: one run for each scanner. */
export function toSarif(scan: Scan, findings: readonly Finding[]): Log {
  const scanners = scan.jobs.filter(({ kind }) => kind !== 'fetch' && kind !== 'summary');
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: scanners.map((job) =>
      toRun(
        scan,
        job,
        findings.filter(({ kind }) => kind === job.kind),
      ),
    ),
  };
}

function toRun(scan: Scan, job: ScanJob, findings: readonly Finding[]): Run {
  const ids = [...new Set(findings.map(({ rule }) => rule))].sort();
  const rules: ReportingDescriptor[] = ids.map((id) => ({ id, name: id }));
  return {
    tool: { driver: { name: `trellis-${job.kind}`, rules } },
    automationDetails: { id: `${job.kind}/${scan.id}` },
    invocations: [
      {
        executionSuccessful: job.status === 'succeeded',
        ...(job.started_at ? { startTimeUtc: job.started_at } : {}),
        ...(job.ended_at ? { endTimeUtc: job.ended_at } : {}),
        ...(job.reason
          ? { toolExecutionNotifications: [{ level: 'error' as const, message: { text: job.reason } }] }
          : {}),
      },
    ],
    versionControlProvenance: [
      { repositoryUri: scan.repository_url, ...(scan.commit ? { revisionId: scan.commit } : {}) },
    ],
    columnKind: 'utf16CodeUnits',
    results: findings.map((finding) => toResult(finding, ids.indexOf(finding.rule))),
  };
}

function toResult(finding: Finding, ruleIndex: number): Result {
  const { rule, severity, message, path, line, end_line, column, fingerprint } = finding;
  const region = line === undefined ? {} : { region: { startLine: line, ...ends(line, end_line, column) } };
  return {
    ruleId: rule,
    ruleIndex,
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) }, ...region } }],
    partialFingerprints: { 'trellis/v1': fingerprint },
  };
}

function ends(line: number, endLine: number | undefined, column: number | undefined) {
  return {
    ...(column === undefined ? {} : { startColumn: column }),
    ...(endLine === undefined || endLine < line ? {} : { endLine }),
  };
}

/** A path as a relative URI. Colons are escaped too: one in the first segment would be read as the end of a scheme. */
function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
