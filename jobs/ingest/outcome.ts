import { PutObjectCommand } from '@aws-sdk/client-s3';
import { rejectsKey } from '../../contract/ingest.ts';
import type { Outcome } from '../../data/ledger/ingest.ts';
import type { BadFile, Reject } from './bad-file.ts';
import type { Job } from './job.ts';
import { cut } from './rejects.ts';

/** The most characters of a reason: lists show it. */
const reasonLength = 500;

/** The outcome of a file with bad rows: it is refused when any row is bad, with `partial` only when all are. */
export function refusal({ file, report }: Job): Outcome | undefined {
  const { rows_read, rows_accepted, rows_rejected } = report.counts;
  if (rows_rejected === 0 || (file.partial && rows_accepted > 0)) return undefined;
  const first = report.first ? `; the first: ${describe(report.first)}` : '';
  return rejected(report.counts, `${rows_rejected} of ${rows_read} rows are bad${first}`);
}

/** The outcome of a file that cannot be read as rows. */
export function refusedFile({ report }: Job, { message, reject: { line, column } }: BadFile): Outcome {
  return rejected(report.counts, `line ${line}, column ${column}: ${message}`);
}

/** Shortens a reason for the ledger. It is made well-formed, since DynamoDB refuses half a surrogate pair. */
export function reasonText(reason: string): string {
  return cut(reason, reasonLength);
}

function rejected(counts: Job['report']['counts'], reason: string): Outcome {
  return { state: 'rejected', ...counts, reason: reasonText(reason) };
}

function describe({ line, column, code, value }: Reject): string {
  return `line ${line}, column ${column}: ${code} ${JSON.stringify(value.slice(0, 80))}`;
}

/** Stores the rejected rows. @returns the object's key; undefined when no row was rejected */
export async function putRejects({ s3, bucket, report }: Job, batch: string): Promise<string | undefined> {
  if (!report.first) return undefined;
  const Key = rejectsKey(batch);
  const ContentType = 'application/x-ndjson';
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: report.ndjson(), ContentType }));
  return Key;
}
