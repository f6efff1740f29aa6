import { basename } from 'node:path/posix';
import { type IngestKind, type IngestState, ingestListing } from '../../contract/ingest.ts';
import type { Item } from '../dynamodb/errors.ts';

/** A file in the ledger. Its counts are of data rows, without the header; read = accepted + rejected. */
export interface Ingest {
  readonly id: string;
  readonly kind: IngestKind;
  readonly key: string;
  readonly file_name: string;
  readonly partial: boolean;
  readonly state: IngestState;
  /** Bytes: the size that the uploader gave; once the object is claimed, its own. */
  readonly size: number;
  readonly rows_read: number;
  readonly rows_accepted: number;
  readonly rows_rejected: number;
  /** Why the file was rejected or failed. */
  readonly reason?: string | undefined;
  /** Key of the rejected rows. */
  readonly rejects_key?: string | undefined;
  /** The batch that holds the file's rows. */
  readonly batch?: string | undefined;
  /** Id of the earlier file that was committed with the same content. */
  readonly duplicate_of?: string | undefined;
  /** The number of retries that were requested. */
  readonly retries: number;
  /** Id of the latest retry. */
  readonly retry?: string | undefined;
  /** The object's ETag without quotes; undefined until the object is claimed. */
  readonly version?: string | undefined;
  /** The execution that holds the claim, or held it when the file was settled. */
  readonly execution?: string | undefined;
  /** Id of the file that this one replaces. */
  readonly replaces?: string | undefined;
  /** Ports and regions: whether those that the file does not name go. */
  readonly complete?: boolean | undefined;
  /** Who created the upload, or asked for its latest retry. */
  readonly requested_by?: string | undefined;
  readonly retraction_requested_by?: string | undefined;
  readonly retraction_requested_at?: string | undefined;
  /** Id of the file that replaced this one. */
  readonly replaced_by?: string | undefined;
  /** Id of the batch with this file's counts and sums negated. */
  readonly reversed_by?: string | undefined;
  /** When the rows of a retracted or replaced file stopped counting. */
  readonly ended_at?: string | undefined;
  /** Bytes of work that the job has measured, when it needs a larger size class than its file's. */
  readonly work?: number | undefined;
  /** S3's id of a multipart upload that may not be complete yet. */
  readonly upload_id?: string | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Counts {
  readonly rows_read: number;
  readonly rows_accepted: number;
  readonly rows_rejected: number;
}

/** The end of a job that could read the file or refuse it. */
export interface Outcome extends Counts {
  readonly state: 'committed' | 'rejected';
  readonly reason?: string | undefined;
  readonly rejects_key?: string | undefined;
  readonly batch?: string | undefined;
  readonly duplicate_of?: string | undefined;
}

/** A file as it is first written. */
export type NewIngest = Pick<
  Ingest,
  | 'id'
  | 'kind'
  | 'key'
  | 'partial'
  | 'state'
  | 'size'
  | 'retries'
  | 'replaces'
  | 'complete'
  | 'requested_by'
  | 'upload_id'
  | 'created_at'
  | 'updated_at'
>;

export function toItem(ingest: NewIngest): Item {
  const { id, kind, key, partial, state, upload_id, created_at, updated_at } = ingest;
  const { replaces, complete, requested_by } = ingest;
  return {
    id: { S: id },
    listing: { S: ingestListing },
    kind: { S: kind },
    key: { S: key },
    partial: { BOOL: partial },
    state: { S: state },
    size: { N: String(ingest.size) },
    retries: { N: String(ingest.retries) },
    created_at: { S: created_at },
    updated_at: { S: updated_at },
    ...(upload_id === undefined ? {} : { upload_id: { S: upload_id } }),
    ...(replaces === undefined ? {} : { replaces: { S: replaces } }),
    ...(complete === undefined ? {} : { complete: { BOOL: complete } }),
    ...(requested_by === undefined ? {} : { requested_by: { S: requested_by } }),
  };
}

/** Files that arrived without the upload route are written by the state machine, which leaves out some attributes. */
export function fromItem(item: Item): Ingest {
  const key = text(item, 'key');
  return {
    id: text(item, 'id'),
    kind: text(item, 'kind') as IngestKind,
    key,
    file_name: basename(key),
    partial: item.partial?.BOOL ?? false,
    state: text(item, 'state') as IngestState,
    size: Number(item.size?.N ?? 0),
    rows_read: Number(item.rows_read?.N ?? 0),
    rows_accepted: Number(item.rows_accepted?.N ?? 0),
    rows_rejected: Number(item.rows_rejected?.N ?? 0),
    reason: item.reason?.S,
    rejects_key: item.rejects_key?.S,
    batch: item.batch?.S,
    duplicate_of: item.duplicate_of?.S,
    retries: Number(item.retries?.N ?? 0),
    retry: item.retry?.S,
    version: item.version?.S,
    execution: item.execution?.S,
    replaces: item.replaces?.S,
    complete: item.complete?.BOOL,
    requested_by: item.requested_by?.S,
    retraction_requested_by: item.retraction_requested_by?.S,
    retraction_requested_at: item.retraction_requested_at?.S,
    replaced_by: item.replaced_by?.S,
    reversed_by: item.reversed_by?.S,
    ended_at: item.ended_at?.S,
    work: item.work?.N === undefined ? undefined : Number(item.work.N),
    upload_id: item.upload_id?.S,
    created_at: text(item, 'created_at'),
    updated_at: text(item, 'updated_at'),
  };
}

function text(item: Item, attribute: string): string {
  const value = item[attribute]?.S;
  if (value === undefined) throw new Error(`an item of the ledger has no ${attribute}`);
  return value;
}
