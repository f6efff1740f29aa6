import { call } from '../../api.ts';
import { apiKey } from '../../key.ts';

export interface Upload {
  readonly ingest_id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expires_at: string;
  readonly upload_url?: string;
  readonly part_size?: number;
  readonly part_urls?: readonly string[];
  readonly complete_url?: string;
}

/** The new URL of a part, or of a file in one piece. */
interface Renewed {
  readonly expires_at: string;
  readonly upload_url?: string;
  readonly parts?: readonly { readonly upload_url: string }[];
}

/** The URL to which a part is sent, and when it expires, in milliseconds since 1970. */
interface Target {
  readonly url: string;
  readonly expires: number;
}

export interface UploadOptions {
  readonly kind: string;
  readonly partial: boolean;
  /** Called with the share of the file that has been sent, 0 to 1. */
  readonly progress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Parts that are sent at once: enough to fill a connection, few enough to lose little when it breaks. */
const atOnce = 3;
/** Times that a part is sent, at most. */
const maxTries = 3;

/** Creates an upload and sends the file to the bucket, in parts when it is large. @returns the ingest's id */
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
  const expires = Date.parse(upload.expires_at);
  const chunks = part_urls?.map((url, i) => ({
    target: { url, expires },
    body: file.slice(i * (part_size ?? 0), (i + 1) * (part_size ?? 0)),
  })) ?? [{ target: { url: upload_url ?? '', expires }, body: file.slice() }];
  const sent = chunks.map(() => 0);
  const report = (i: number, bytes: number) => {
    sent[i] = bytes;
    progress(file.size === 0 ? 1 : sent.reduce((sum, each) => sum + each, 0) / file.size);
  };

  const etags: string[] = [];
  const queue = [...chunks.entries()];
  async function work(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [i, { target, body }] = next;
      const renew = () => renewed(upload, i, signal);
      etags[i] = await put(target, renew, (url) =>
        send(url, body, headers, (bytes) => report(i, bytes), signal),
      );
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

async function renewed(
  { ingest_id, upload_url }: Upload,
  index: number,
  signal: AbortSignal,
): Promise<Target> {
  const answer = await call<Renewed>('POST', '/api/v1/uploads/:id/urls', {
    params: { id: ingest_id },
    body: upload_url ? {} : { parts: [index + 1] },
    keyed: true,
    signal,
  });
  const url = answer.upload_url ?? answer.parts?.[0]?.upload_url ?? '';
  return { url, expires: Date.parse(answer.expires_at) };
}

/**
 * Sends a part, and sends it again when that failed. It asks for a new URL when the old one has expired by this machine's
 * clock, when the bucket answers 403 (as it does after the expiry), and when its answer cannot be read. A part that the
 * bucket refuses for another reason is not sent again.
 * @returns the part's ETag
 */
async function put(
  first: Target,
  renew: () => Promise<Target>,
  sendTo: (url: string) => Promise<{ status: number; etag: string }>,
): Promise<string> {
  let target = first;
  for (let tries = 1; ; tries++) {
    if (target.expires <= Date.now()) target = await renew();
    const { status, etag } = await sendTo(target.url);
    if (status >= 200 && status < 300) return etag;
    if (status === 403 || status === 0) target = { ...target, expires: 0 };
    if (tries === maxTries || (status >= 400 && status < 500 && status !== 403))
      throw new Error(status === 0 ? 'the bucket could not be reached' : `the bucket answered ${status}`);
  }
}

/** Uses XMLHttpRequest, since fetch does not report the progress of an upload. */
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
