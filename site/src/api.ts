import { apiKey } from './key.ts';
import { measure } from './vitals.ts';

/** Problem details (RFC 9457) as the service answers them. */
export interface ProblemBody {
  readonly detail?: string;
  readonly errors?: readonly { field: string; message: string }[];
  readonly [member: string]: unknown;
}

/** A call that did not succeed. `status` is 0 when there was no answer. */
export class CallError extends Error {
  readonly status: number;
  readonly problem: ProblemBody;

  constructor(status: number, message: string, problem: ProblemBody = {}) {
    super(message);
    this.name = 'CallError';
    this.status = status;
    this.problem = problem;
  }
}

export interface CallOptions {
  /** Values for the `:names` in the route. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Send the API key. */
  readonly keyed?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly init?: RequestInit;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Milliseconds after which a call is aborted: longer than a slow but working service takes. */
const timeout = 30_000;

/**
 * Calls a route of the service, given as the service names it: `/api/v1/players/:username`.
 * @throws CallError with a message that the page can show
 */
export async function call<T>(method: Method, route: string, options: CallOptions = {}): Promise<T> {
  const path = pathOf(route, options);
  const headers = new Headers(options.init?.headers);
  const key = apiKey();
  if (options.keyed && key) headers.set('authorization', `Bearer ${key}`);
  if (options.body !== undefined) headers.set('content-type', 'application/json');
  measure(method, route, path);
  const deadline = AbortSignal.timeout(timeout);
  const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
  try {
    const answer = await fetch(path, {
      ...options.init,
      method,
      headers,
      signal,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    if (!answer.ok) throw await problemOf(answer);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  } catch (error) {
    if (error instanceof CallError || options.signal?.aborted) throw error;
    throw new CallError(
      0,
      deadline.aborted ? `no answer within ${timeout / 1000} seconds` : 'the service could not be reached',
    );
  }
}

export function pathOf(route: string, { params = {}, query }: CallOptions = {}): string {
  const path = route.replace(/:([a-z_]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  return query ? `${path}?${new URLSearchParams(query)}` : path;
}

async function problemOf(answer: Response): Promise<CallError> {
  const problem = (await answer.json().catch(() => ({}))) as ProblemBody;
  const fields = problem.errors?.map(({ field, message }) => `${field.replace(/^body\./, '')} ${message}`);
  const message = fields?.join('; ') ?? problem.detail ?? `the service answered ${answer.status}`;
  return new CallError(answer.status, message, problem);
}
