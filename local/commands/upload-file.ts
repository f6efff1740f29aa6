import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';
import { ask } from './ask.ts';

export interface UploadOptions {
  readonly kind: string;
  readonly partial: boolean;
  /** Called as bytes have arrived. */
  readonly progress: (sent: number, total: number) => void;
}

/** What the API says about an ingest, as far as is shown here. */
export interface IngestStatus {
  readonly id: string;
  readonly file_name: string;
  readonly state: string;
  readonly rows_read: number;
  readonly rows_accepted: number;
  readonly rows_rejected: number;
  readonly reason?: string;
  readonly duplicate_of?: string;
  readonly rejects_url?: string;
}

interface Upload {
  readonly ingest_id: string;
  readonly headers: Record<string, string>;
  readonly expires_at: string;
  readonly renew_url: string;
  readonly upload_url?: string;
  readonly part_size?: number;
  readonly part_urls?: readonly string[];
  readonly complete_url?: string;
}

/** Answer to a request for the new URL of a part, or of a file in one piece. */
interface Renewed {
  readonly expires_at: string;
  readonly upload_url?: string;
  readonly parts?: readonly { readonly upload_url: string }[];
}

/** Where one part goes, and until when. */
interface Target {
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Parts on their way at once, and tries for each. */
const concurrency = 4;
const maxTries = 4;
/** Milliseconds between two looks at a running ingest. */
const pollInterval = 250;

const isEnd = (state: string) => ['committed', 'rejected', 'failed'].includes(state);

/**
 * Uploads a file for ingestion, in parts when it is large; a part that fails is sent again, and a URL whose time is over
 * is renewed.
 * @returns the ingest's id
 */
export async function uploadFile(api: Api, file: string, options: UploadOptions): Promise<string> {
  const { size } = await stat(file);
  const blob = await openAsBlob(file);
  const { kind, partial } = options;
  const body = { kind, file_name: acceptableName(file), size, partial };
  const upload = (await call(api, 'POST', '/api/v1/uploads', body)) as Upload;
  const { part_size = size, part_urls = [], complete_url } = upload;
  const expires = Date.parse(upload.expires_at);
  const urls = upload.upload_url ? [upload.upload_url] : part_urls;
  let sent = 0;
  options.progress(0, size);

  async function sendPart(target: Target, index: number): Promise<string> {
    const part = blob.slice(index * part_size, Math.min((index + 1) * part_size, size));
    const renew = () => renewed(api, upload, index);
    const etag = await put(target, part, upload.headers, renew);
    sent += part.size;
    options.progress(sent, size);
    return etag;
  }

  const targets = urls.map((url) => ({ url, expires }));
  const etags = await inParallel(targets, sendPart);
  if (complete_url) {
    const parts = etags.map((etag, index) => ({ part_number: index + 1, etag }));
    await call(api, 'POST', complete_url, { parts });
  }
  return upload.ingest_id;
}

/** Looks at an ingest until it has come to its end. */
export async function follow(
  api: Api,
  id: string,
  seen: (status: IngestStatus) => void,
): Promise<IngestStatus> {
  for (;;) {
    const status = (await call(api, 'GET', `/api/v1/ingests/${id}`)) as IngestStatus;
    seen(status);
    if (isEnd(status.state)) return status;
    await sleep(pollInterval);
  }
}

/** The API takes no name that could be more than a name; the file's own may well have other characters. */
export function acceptableName(file: string): string {
  const name = basename(file).replace(/[^A-Za-z0-9_ .,()+@=-]/g, '_');
  return (/^[A-Za-z0-9_]/.test(name) ? name : `_${name}`).slice(-128).replace(/^[^A-Za-z0-9_]/, '_');
}

async function renewed(api: Api, { renew_url, upload_url }: Upload, index: number): Promise<Target> {
  const body = upload_url ? {} : { parts: [index + 1] };
  const answer = (await call(api, 'POST', renew_url, body)) as Renewed;
  const url = answer.upload_url ?? (answer.parts?.[0]?.upload_url as string);
  return { url, expires: Date.parse(answer.expires_at) };
}

/**
 * S3 answers 403 to a URL whose time is over, which this machine's clock may not know, or closes the connection before it
 * can be heard.
 */
async function put(
  first: Target,
  body: Blob,
  headers: Record<string, string>,
  renew: () => Promise<Target>,
): Promise<string> {
  let target = first;
  const send = async () => {
    if (target.expires <= Date.now()) target = await renew();
    return fetch(target.url, { method: 'PUT', body, headers });
  };
  for (let attempt = 1; ; attempt++) {
    const answer = await send().catch((error: Error) => error);
    if (!(answer instanceof Error) && answer.ok) return answer.headers.get('etag') ?? '';
    const why = answer instanceof Error ? answer.message : `${answer.status} ${await answer.text()}`;
    const status = answer instanceof Error ? 0 : answer.status;
    if (status === 403 || status === 0) target = { ...target, expires: 0 };
    const isFinal = status >= 400 && status < 500 && status !== 403 && status !== 429;
    if (isFinal || attempt === maxTries) throw new Error(`the upload failed: ${why}`);
    await sleep(200 * 2 ** attempt * Math.random());
  }
}

async function inParallel<A, B>(
  items: readonly A[],
  work: (item: A, index: number) => Promise<B>,
): Promise<B[]> {
  const results = new Array<B>(items.length);
  const entries = items.entries();
  const worker = async () => {
    for (const [index, item] of entries) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}

async function call(api: Api, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await ask(new URL(path, api.url), {
    method,
    headers: {
      authorization: `Bearer ${api.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text);
  throw new Error(`${method} ${path} answered ${answer.status}: ${problemDetail(text)}`);
}

function problemDetail(text: string): string {
  try {
    const { detail, errors = [] } = JSON.parse(text) as {
      detail: string;
      errors?: { field: string; message: string }[];
    };
    return [detail, ...errors.map(({ field, message }) => `${field} ${message}`)].join('; ');
  } catch {
    return text;
  }
}
