import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { outputPrefix, resultObject } from '../../contract/scans.ts';
import { isMissing, within } from '../../data/s3/client.ts';
import type { Finding } from '../../data/scans/finding.ts';
import { blame } from '../../data/unavailable.ts';
import { decodeCursor, encodeCursor, noSuchCursor } from '../cursor.ts';

/** The findings of scans that have ended, from the bucket. */
export interface Findings {
  /** @returns undefined when the bucket has no summary of the scan (any more). */
  of(scanId: string): Promise<readonly Finding[] | undefined>;
}

/** Scans whose findings are kept in memory, for callers who page through one. The findings of a scan never change. */
const kept = 8;

export function createFindings(client: S3Client, Bucket: string): Findings {
  const cache = new Map<string, readonly Finding[]>();

  async function of(scanId: string): Promise<readonly Finding[] | undefined> {
    const before = cache.get(scanId);
    if (before) return before;
    const found = await read(`${outputPrefix.scan(scanId)}/${resultObject('summary')}`);
    if (!found) return undefined;
    cache.set(scanId, found);
    if (cache.size > kept) cache.delete(cache.keys().next().value as string);
    return found;
  }

  async function read(Key: string): Promise<readonly Finding[] | undefined> {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), within());
      return ((await json(Body as Readable)) as { findings: readonly Finding[] }).findings;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw blame('the bucket', error);
    }
  }

  return { of };
}

export interface FindingFilter {
  readonly severity?: string | undefined;
  readonly rule?: string | undefined;
  readonly kind?: string | undefined;
}

/** One page of the findings that fit the filter. A cursor is the number of fitting findings before the page. */
export function pageOf(
  findings: readonly Finding[],
  filter: FindingFilter,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): { items: Finding[]; next_cursor: string | null } {
  const start = cursor === undefined ? 0 : offsetOf(cursor);
  const fitting = findings.filter((finding) => fits(finding, filter));
  const end = start + limit;
  return {
    items: fitting.slice(start, end),
    next_cursor: end < fitting.length ? encodeCursor(`findings ${end}`) : null,
  };
}

export function fits(finding: Finding, { severity, rule, kind }: FindingFilter): boolean {
  return (
    (severity === undefined || finding.severity === severity) &&
    (rule === undefined || finding.rule === rule) &&
    (kind === undefined || finding.kind === kind)
  );
}

export function offsetOf(cursor: string): number {
  const [, digits] = /^findings ([0-9]{1,7})$/.exec(decodeCursor(cursor)) ?? [];
  if (digits === undefined) throw noSuchCursor();
  return Number(digits);
}
