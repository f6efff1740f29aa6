import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Renewed, type Sent, sendParts, type Upload } from '../../site/src/send-parts.ts';
import type { Api } from './api.ts';
import { ask } from './ask.ts';

export interface UploadOptions {
  readonly kind: string;
  readonly partial: boolean;
  /** Id of the file that this one replaces. */
  readonly replaces?: string | undefined;
  /** Ports or regions that the file does not name go. @default false */
  readonly complete?: boolean | undefined;
  /** Called after each part with the bytes that the bucket has received so far. */
  readonly progress: (sent: number, total: number) => void;
}

/** The fields of the API's answer about an ingest that are shown. */
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
  readonly kind: string;
  readonly created_at: string;
  readonly replaces?: string;
  readonly replaced_by?: string;
}

/** Milliseconds between two requests for the state of an ingest. */
const pollInterval = 250;

/** States from which the upload of a file leads on by itself. */
const ingestGoesOn = ['awaiting_upload', 'queued', 'running'];

/**
 * Uploads a file for ingestion, in parts when it is large. A part that fails is sent again, and an expired URL is renewed.
 * @returns the ingest's id
 */
export async function uploadFile(api: Api, file: string, options: UploadOptions): Promise<string> {
  const { size } = await stat(file);
  const { kind, partial, replaces, complete = false } = options;
  const body = {
    kind,
    file_name: acceptableName(file),
    size,
    partial,
    ...(replaces === undefined ? {} : { replaces }),
    ...(complete ? { complete } : {}),
  };
  const upload = (await call(api, 'POST', '/api/v1/uploads', body)) as Upload & { renew_url: string };
  let sent = 0;
  options.progress(0, size);
  const done = await sendParts(upload, await openAsBlob(file), {
    put: async (url, part) => {
      const result = await put(url, part, upload.headers);
      if (result.fault === '') sent += part.size;
      options.progress(sent, size);
      return result;
    },
    renew: async (parts) => (await call(api, 'POST', upload.renew_url, parts)) as Renewed,
  });
  if (upload.complete_url) await call(api, 'POST', upload.complete_url, done);
  return upload.ingest_id;
}

async function put(url: string, body: Blob, headers: Readonly<Record<string, string>>): Promise<Sent> {
  const answer = await fetch(url, { method: 'PUT', body, headers });
  const { ok, status } = answer;
  const fault = ok ? '' : `the upload failed: ${status} ${await answer.text()}`;
  return { status, etag: answer.headers.get('etag') ?? '', fault };
}

/**
 * Requests the state of a file until it is another than those that go on by themselves.
 * @param seen called with every answer
 */
export async function follow(
  api: Api,
  id: string,
  seen: (status: IngestStatus) => void,
  goesOn: readonly string[] = ingestGoesOn,
): Promise<IngestStatus> {
  for (;;) {
    const status = (await call(api, 'GET', `/api/v1/ingests/${id}`)) as IngestStatus;
    seen(status);
    if (!goesOn.includes(status.state)) return status;
    await sleep(pollInterval);
  }
}

/** The file's name with `_` for characters that the API refuses: it accepts no paths and few special characters. */
export function acceptableName(file: string): string {
  const name = basename(file).replace(/[^A-Za-z0-9_ .,()+@=-]/g, '_');
  return (/^[A-Za-z0-9_]/.test(name) ? name : `_${name}`).slice(-128).replace(/^[^A-Za-z0-9_]/, '_');
}

/** @returns the answer's JSON. @throws Error with the problem's detail */
export async function call(api: Api, method: string, path: string, body?: unknown): Promise<unknown> {
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
    const more = errors.map(({ field, message }) => `${field} ${message}`);
    // The detail of a single error is its text.
    return [detail, ...more.filter((one) => one !== detail)].join('; ');
  } catch {
    return text;
  }
}
