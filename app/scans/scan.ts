import { jobKinds } from '../../contract/job-kinds.ts';
import { type JobStatus, type ScanStatus, scanListing, unfinished } from '../../contract/scans.ts';
import type { Item } from '../../data/dynamodb/errors.ts';
import type { Repository } from '../../data/scans/repository-url.ts';

export interface ScanJob {
  readonly kind: string;
  readonly status: JobStatus;
  readonly reason?: string | undefined;
  readonly started_at?: string | undefined;
  readonly ended_at?: string | undefined;
}

export interface Scan {
  readonly id: string;
  readonly repository_url: string;
  /** The parts of the repository's URL; all are empty for `file://`. */
  readonly repository: { readonly host: string; readonly owner: string; readonly name: string };
  readonly ref: string;
  readonly commit?: string | undefined;
  readonly status: ScanStatus;
  readonly reason?: string | undefined;
  readonly jobs: ScanJob[];
  /** JSON of the summary; see jobs/summary. */
  readonly summary: string | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The kinds of job that a scan consists of, in their order. */
export const scanKinds = jobKinds.filter(({ part }) => part !== undefined).map(({ name }) => name);

export function newScanItem(id: string, { url, host, path }: Repository, ref: string, now: Date): Item {
  const [owner = '', ...names] = host === '' ? [] : path.split('/');
  const texts = {
    id,
    repository_url: url,
    ref,
    host,
    owner,
    name: names.join('/'),
    status: 'queued',
    listing: scanListing,
    unfinished,
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
  };
  const jobs = scanKinds.map((kind) => [kind, { M: { status: { S: 'queued' } } }]);
  return {
    ...Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }])),
    jobs: { M: Object.fromEntries(jobs) },
  };
}

/** The input of the execution. It must stay the same for a scan: Step Functions refuses a second start with another. */
export function executionInput({ id, repository_url, ref, repository }: Scan): Record<string, string> {
  return { scan_id: id, repository_url, ref, ...repository };
}

export function fromItem(item: Item): Scan {
  const jobs = item.jobs?.M ?? {};
  const known = scanKinds.filter((kind) => kind in jobs);
  const others = Object.keys(jobs).filter((kind) => !known.includes(kind));
  const commit = item.commit?.S;
  return {
    id: item.id?.S as string,
    repository_url: item.repository_url?.S as string,
    repository: { host: item.host?.S ?? '', owner: item.owner?.S ?? '', name: item.name?.S ?? '' },
    ref: item.ref?.S as string,
    commit: commit === 'unknown' ? undefined : commit,
    status: item.status?.S as ScanStatus,
    reason: item.reason?.S || undefined,
    jobs: [...known, ...others].map((kind) => toJob(kind, jobs[kind]?.M ?? {})),
    summary: item.summary?.S,
    created_at: item.created_at?.S as string,
    updated_at: item.updated_at?.S as string,
  };
}

function toJob(kind: string, job: Item): ScanJob {
  return {
    kind,
    status: (job.status?.S ?? 'queued') as JobStatus,
    reason: job.reason?.S,
    started_at: job.started_at?.S,
    ended_at: job.ended_at?.S,
  };
}
