import { call } from '../../api.ts';
import { apiKey } from '../../key.ts';

export interface Upload {
  readonly ingest_id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly upload_url?: string;
  readonly part_size?: number;
  readonly part_urls?: readonly string[];
  readonly complete_url?: string;
}

export interface UploadOptions {
  readonly kind: string;
  readonly partial: boolean;
  /** Called with the share of the file that has left, 0 to 1. */
  readonly progress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Parts on their way at once: enough to fill a line, few enough to lose little when it breaks. */
const atOnce = 3;
const attempts = 3;

/** Announces a file and sends it to the bucket, in parts when it is large. @returns the ingest's id */
export async function uploadFile(
  file: File,
  { kind, partial, progress, signal }: UploadOptions,
): Promise<string> {
  const upload = await call<Upload>('POST', '/api/v1/uploads', {
    body: { kind, file_name: file.name, size: file.size, partial },
    keyed: true,
    signal,
  });
  const { upload_url, part_urls, part_size, complete_url, headers } = upload;
  const chunks = part_urls?.map((url, i) => ({
    url,
    body: file.slice(i * (part_size ?? 0), (i + 1) * (part_size ?? 0)),
  })) ?? [{ url: upload_url ?? '', body: file.slice() }];
  const sent = chunks.map(() => 0);
  const report = (i: number, bytes: number) => {
    sent[i] = bytes;
    progress(file.size === 0 ? 1 : sent.reduce((sum, each) => sum + each, 0) / file.size);
  };

  const etags: string[] = [];
  const queue = [...chunks.entries()];
  async function work(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [i, { url, body }] = next;
      etags[i] = await put(url, body, headers, (bytes) => report(i, bytes), signal);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  if (complete_url) await complete(complete_url, etags, signal);
  return upload.ingest_id;
}

async function complete(url: string, etags: readonly string[], signal: AbortSignal): Promise<void> {
  const parts = etags.map((etag, i) => ({ part_number: i + 1, etag }));
  const answer = await fetch(url, {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey()}` },
    body: JSON.stringify({ parts }),
  });
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
    throw new Error(problem.detail ?? `the parts could not be put together (${answer.status})`);
  }
}

/** A part that does not get through is sent again; one that the bucket refuses is not. @returns its ETag */
async function put(
  url: string,
  body: Blob,
  headers: Readonly<Record<string, string>>,
  progress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const { status, etag } = await send(url, body, headers, progress, signal);
    if (status >= 200 && status < 300) return etag;
    signal.throwIfAborted();
    if (attempt === attempts || (status >= 400 && status < 500))
      throw new Error(status === 0 ? 'the bucket could not be reached' : `the bucket answered ${status}`);
  }
}

/** By XMLHttpRequest, since fetch does not tell how far an upload is. */
function send(
  url: string,
  body: Blob,
  headers: Readonly<Record<string, string>>,
  progress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<{ status: number; etag: string }> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.upload.onprogress = ({ loaded }) => progress(Math.min(loaded, body.size));
    request.onloadend = () => {
      signal.removeEventListener('abort', abort);
      if (request.status === 200) progress(body.size);
      resolve({ status: request.status, etag: request.getResponseHeader('etag') ?? '' });
    };
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    signal.addEventListener('abort', abort);
    request.send(body);
  });
}
