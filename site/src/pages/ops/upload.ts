import { call } from '../../api.ts';
import { apiKey } from '../../key.ts';
import { type Renewed, type Sent, sendParts, type Upload } from '../../send-parts.ts';

export interface UploadOptions {
  readonly kind: string;
  readonly partial: boolean;
  /** Id of the file whose rows this one replaces. */
  readonly replaces?: string;
  /** Ports or regions that the file does not name go. */
  readonly complete?: boolean;
  /** Called with the share of the file that has been sent, 0 to 1. */
  readonly progress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Creates an upload and sends the file to the bucket, in parts when it is large. @returns the ingest's id */
export async function uploadFile(
  file: File,
  { kind, partial, replaces, complete: isComplete = false, progress, signal }: UploadOptions,
): Promise<string> {
  const upload = await call<Upload>('POST', '/api/v1/uploads', {
    body: {
      kind,
      file_name: file.name,
      size: file.size,
      partial,
      ...(replaces === undefined ? {} : { replaces }),
      ...(isComplete ? { complete: true } : {}),
    },
    keyed: true,
    signal,
  });
  const sent: number[] = [];
  const report = (i: number, bytes: number) => {
    sent[i] = bytes;
    progress(file.size === 0 ? 1 : sent.reduce((sum, each) => sum + each, 0) / file.size);
  };
  const params = { id: upload.ingest_id };
  const done = await sendParts(upload, file, {
    put: (url, part, index) => send(url, part, upload.headers, (bytes) => report(index, bytes), signal),
    renew: (body) => call<Renewed>('POST', '/api/v1/uploads/:id/urls', { params, body, keyed: true, signal }),
    signal,
  });
  if (upload.complete_url) await complete(upload.complete_url, done, signal);
  return upload.ingest_id;
}

async function complete(url: string, done: object, signal: AbortSignal): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey()}` },
    body: JSON.stringify(done),
  });
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
    throw new Error(problem.detail ?? `the parts could not be put together (${answer.status})`);
  }
}

/** Uses XMLHttpRequest, since fetch does not report the progress of an upload. */
function send(
  url: string,
  body: Blob,
  headers: Readonly<Record<string, string>>,
  progress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Sent> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.upload.onprogress = ({ loaded }) => progress(Math.min(loaded, body.size));
    request.onloadend = () => {
      signal.removeEventListener('abort', abort);
      if (request.status === 200) progress(body.size);
      const { status } = request;
      const fault = status === 0 ? 'the bucket could not be reached' : `the bucket answered ${status}`;
      resolve({ status, etag: request.getResponseHeader('etag') ?? '', fault });
    };
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    signal.addEventListener('abort', abort);
    request.send(body);
  });
}
