import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';
import { ask } from './ask.ts';

/** What the API says about a scan, as far as is shown here. */
export interface ScanStatus {
  readonly id: string;
  readonly status: string;
  readonly reason?: string;
  readonly commit?: string;
  readonly results_expire_at?: string;
  readonly jobs: readonly {
    readonly kind: string;
    readonly status: string;
    readonly reason?: string;
    readonly started_at?: string;
    readonly ended_at?: string;
  }[];
  readonly summary: {
    readonly text: string;
    readonly languages: Readonly<Record<string, number>>;
    readonly packages: number | null;
  } | null;
  readonly findings: {
    readonly items: readonly {
      readonly severity: string;
      readonly rule: string;
      readonly message: string;
      readonly path: string;
      readonly line?: number;
    }[];
    readonly next_cursor: string | null;
  };
}

/** Milliseconds between two looks at a running scan. */
const pollInterval = 250;

const isEnd = (status: string) => ['completed', 'partial', 'failed'].includes(status);

/** @returns the scan's id */
export async function requestScan(
  api: Api,
  repository_url: string,
  ref: string | undefined,
): Promise<string> {
  const body = JSON.stringify({ repository_url, ...(ref === undefined ? {} : { ref }) });
  const scan = (await call(api, '/api/v1/scans', { method: 'POST', body })) as ScanStatus;
  return scan.id;
}

/** Looks at a scan until it has come to its end. */
export async function followScan(
  api: Api,
  id: string,
  findings: number,
  seen: (status: ScanStatus) => void,
): Promise<ScanStatus> {
  for (;;) {
    const scan = (await call(api, `/api/v1/scans/${id}?limit=${Math.max(findings, 1)}`)) as ScanStatus;
    seen(scan);
    if (isEnd(scan.status))
      return findings > 0 ? scan : { ...scan, findings: { items: [], next_cursor: null } };
    await sleep(pollInterval);
  }
}

async function call(
  api: Api,
  path: string,
  request: { method: string; body?: string } = { method: 'GET' },
): Promise<unknown> {
  const answer = await ask(new URL(path, api.url), {
    ...request,
    headers: {
      authorization: `Bearer ${api.apiKey}`,
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text);
  throw new Error(`${path} answered ${answer.status}: ${detailOf(text)}`);
}

function detailOf(text: string): string {
  try {
    return (JSON.parse(text) as { detail: string }).detail;
  } catch {
    return text;
  }
}
