import { Pool } from 'undici';
import type { Tally } from './tally.ts';

/** One request of a scenario, and the answer that it must get. */
export interface Step {
  /** The request's name in the report. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly expect: readonly number[];
  /** @returns what is wrong with an answer that has an expected status. */
  readonly check?: (answer: Answer) => string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A step did not get the expected answer. The failure has been counted. */
export class StepFailed extends Error {}

export interface Client {
  /** @param due when the request should have left, on the clock of `performance.now()`; now unless given
   * @throws StepFailed */
  send(step: Step, due?: number): Promise<Answer>;
  /** Sends a request that is not counted, to prepare, verify or clean up. It answers with any status. */
  ask(step: Omit<Step, 'name' | 'expect' | 'check'>): Promise<Answer>;
  close(): Promise<void>;
}

interface ClientOptions {
  readonly url: string;
  /** Sent as bearer token with every request. */
  readonly key: string | undefined;
  readonly connections: number;
  readonly timeoutSeconds: number;
  /** Called for every answer, since phases begin and end meanwhile. */
  readonly tallies: () => Iterable<Tally>;
}

/** Sends each request once: a retry would hide the errors that a load test looks for. */
export function createClient({ url, key, connections, timeoutSeconds, tallies }: ClientOptions): Client {
  const pool = new Pool(url, {
    connections,
    pipelining: 1,
    headersTimeout: timeoutSeconds * 1000,
    bodyTimeout: timeoutSeconds * 1000,
    connect: { timeout: timeoutSeconds * 1000 },
  });
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };

  async function exchange({ method, path, headers, body }: Omit<Step, 'name' | 'expect' | 'check'>) {
    const hasBody = body !== undefined;
    const answer = await pool.request({
      method,
      path,
      headers: { ...authorization, ...(hasBody ? { 'content-type': 'application/json' } : {}), ...headers },
      body: hasBody ? JSON.stringify(body) : null,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, text, server: answer.headers['x-served-by'] };
  }

  function fail(step: Step, kind: string): never {
    for (const tally of tallies()) tally.failed(step.name, kind);
    throw new StepFailed(`${step.name}: ${kind}`);
  }

  async function send(step: Step, due = performance.now()): Promise<Answer> {
    const answer = await exchange(step).catch((error: Error) => fail(step, kindOf(error)));
    const milliseconds = performance.now() - due;
    const server = typeof answer.server === 'string' ? answer.server : undefined;
    for (const tally of tallies()) tally.answered(step.name, milliseconds, server);
    if (!step.expect.includes(answer.status))
      fail(step, `status ${answer.status} instead of ${step.expect.join(' or ')}`);
    const problem = step.check?.(answer);
    if (problem !== undefined) fail(step, problem);
    return answer;
  }

  return { send, ask: exchange, close: () => pool.destroy() };
}

/** Names an error by the code of undici or Node, since their messages vary. */
function kindOf(error: Error): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const kinds: Record<string, string> = {
    ECONNRESET: 'connection reset',
    ECONNREFUSED: 'connection refused',
    UND_ERR_SOCKET: 'connection closed before the answer',
    UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
    UND_ERR_BODY_TIMEOUT: 'no answer in time',
    UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  };
  return (code && kinds[code]) ?? code ?? message;
}
