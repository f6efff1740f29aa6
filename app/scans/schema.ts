import { Type } from 'typebox';
import { jobStatuses, scanStatuses, severities } from '../../contract/scans.ts';
import {
  gitRefPattern,
  maxRefLength,
  type RepositoryRules,
  repositoryUrlPattern,
} from '../../data/scans/repository-url.ts';
import { Expiry, expiryOf } from '../records/expiry.ts';
import { Cursor, Limit, Timestamp } from '../schema.ts';
import type { Scan } from './scan.ts';

function repositoryUrl(rules: RepositoryRules) {
  return Type.String({
    maxLength: 512,
    pattern: repositoryUrlPattern(rules),
    description: `https URL of a public repository on ${rules.hosts.join(', ')}; credentials, port, query and fragment are refused`,
  });
}

export const newScan = (rules: RepositoryRules) =>
  Type.Object(
    {
      repository_url: repositoryUrl(rules),
      ref: Type.Optional(
        Type.String({
          maxLength: maxRefLength,
          pattern: gitRefPattern,
          description: 'Branch, tag or commit; HEAD unless set',
        }),
      ),
    },
    { additionalProperties: false },
  );

const Counts = (description: string) => Type.Record(Type.String(), Type.Integer(), { description });

const SummarySchema = Type.Object({
  text: Type.String({ description: 'One line for people' }),
  findings: Type.Integer(),
  by_severity: Counts('Findings of each severity'),
  by_kind: Counts('Findings of each scanner'),
  by_rule: Counts('The ten rules with the most findings'),
  languages: Counts('Lines of the ten largest languages'),
  lines: Type.Union([Type.Integer(), Type.Null()]),
  packages: Type.Union([Type.Integer(), Type.Null()]),
});

const JobSchema = Type.Object({
  kind: Type.String(),
  status: Type.Enum([...jobStatuses], {
    description: '`running` once it was submitted to the job queue, where it may still wait for capacity',
  }),
  reason: Type.Optional(Type.String({ description: 'Why it failed' })),
  started_at: Type.Optional(Timestamp),
  ended_at: Type.Optional(Timestamp),
});

const common = {
  id: Type.String(),
  repository_url: Type.String({ description: 'Normalized: all spellings of a repository give this one' }),
  ref: Type.String(),
  commit: Type.Optional(Type.String()),
  status: Type.Enum([...scanStatuses]),
  reason: Type.Optional(Type.String({ description: 'Why the scan is partial or has failed' })),
  jobs: Type.Array(JobSchema),
  summary: Type.Union([SummarySchema, Type.Null()]),
  ...Expiry,
  created_at: Timestamp,
  updated_at: Timestamp,
};

export const ScanSchema = Type.Object(common);

const FindingSchema = Type.Object({
  fingerprint: Type.String({ description: 'Identifies the finding: it stays the same in other commits' }),
  kind: Type.String({ description: 'The scanner' }),
  rule: Type.String(),
  severity: Type.Enum([...severities]),
  message: Type.String(),
  path: Type.String(),
  line: Type.Optional(Type.Integer()),
  end_line: Type.Optional(Type.Integer()),
  column: Type.Optional(Type.Integer()),
});

const nextCursor = Type.Union([Type.String(), Type.Null()]);

export const ScanWithFindingsSchema = Type.Object({
  ...common,
  findings: Type.Object({
    items: Type.Array(FindingSchema, { description: 'The most severe first' }),
    next_cursor: nextCursor,
  }),
});

export const ScanListSchema = Type.Object({
  items: Type.Array(ScanSchema, { description: 'Newest first' }),
  next_cursor: nextCursor,
});

export const scanListQuery = (rules: RepositoryRules) =>
  Type.Object(
    {
      repository_url: Type.Optional(repositoryUrl(rules)),
      limit: Type.Optional(Limit),
      cursor: Type.Optional(Cursor),
    },
    { additionalProperties: false },
  );

export const ScanQuery = Type.Object(
  {
    severity: Type.Optional(Type.Enum([...severities])),
    rule: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    kind: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
    format: Type.Optional(
      Type.Enum(['json', 'sarif'], { description: '`sarif`: all findings that fit, as SARIF 2.1.0' }),
    ),
  },
  { additionalProperties: false },
);

/** The public part of a scan. Its summary is stored as JSON text, as its job made it. */
export function toBody({ repository: _repository, ...scan }: Scan) {
  const summary = scan.summary ? JSON.parse(scan.summary) : null;
  return { ...scan, summary, ...(hasResults(scan) ? expiryOf(scan) : {}) };
}

export function hasResults({ status }: Pick<Scan, 'status'>): boolean {
  return status === 'completed' || status === 'partial';
}
