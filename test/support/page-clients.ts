import { expect } from 'chai';
import fc from 'fast-check';
import { Pool } from 'undici';
import type { Operation } from './register-checker.ts';
import { authorization } from './service.ts';

interface Clients {
  readonly clients: number;
  readonly operationsPerClient: number;
  readonly seed: number;
  /**
   * Whether services may die or lose their database. A write without an answer may have been done, at any time from its
   * call on; a read without one says nothing. @default false: every operation must succeed
   */
  readonly mayFail?: boolean;
  /** Called before each operation. */
  readonly onStep?: (step: number) => void;
}

/**
 * What clients wrote and read, each one operation after the other, all of them at once, spread over the services.
 * @param services URLs, by which each operation finds where its service is now
 */
export async function exercisePage(services: readonly (() => string | Promise<string>)[], options: Clients) {
  const { clients, operationsPerClient, seed, mayFail = false, onStep } = options;
  const history: Operation[] = [];
  let unanswered = 0;
  // Counts calls and answers as this process sees them: a total order, without a clock's equal readings.
  let moment = 0;
  let steps = 0;
  const client = async (number: number): Promise<void> => {
    let at = number;
    const service = async () => (await services[at % services.length]?.()) as string;
    let pool = new Pool(await service(), { connections: 1 });
    const kinds = fc.sample(fc.constantFrom('read', 'page', 'page', 'write'), {
      seed: seed + number,
      numRuns: operationsPerClient,
    });
    for (const [i, kind] of kinds.entries()) {
      onStep?.(steps++);
      const from = ++moment;
      const isWrite = kind === 'write';
      const string = `${number}-${i}`;
      try {
        const value = isWrite ? await write(pool, string) : await read(pool, kind);
        history.push({ kind: isWrite ? 'write' : 'read', value, from, to: ++moment });
      } catch (error) {
        if (!mayFail) throw error;
        unanswered++;
        if (isWrite) history.push({ kind: 'write', value: string, from, to: Number.POSITIVE_INFINITY });
        // The next service may be alive; this one may be another process later, at another port.
        void pool.destroy();
        at++;
        pool = new Pool(await service(), { connections: 1 });
      }
    }
    await pool.close();
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return { history, unanswered };
}

async function write(pool: Pool, string: string): Promise<string> {
  const headers = { authorization, 'content-type': 'application/json' };
  const body = JSON.stringify({ string });
  const answer = await pool.request({ method: 'PUT', path: '/api/v1/page', headers, body });
  await answer.body.dump();
  expect(answer.statusCode).to.equal(200);
  return string;
}

async function read(pool: Pool, kind: 'read' | 'page'): Promise<string> {
  const path = kind === 'page' ? '/page' : '/api/v1/page';
  const answer = await pool.request({ method: 'GET', path });
  const body = await answer.body.text();
  expect(answer.statusCode).to.equal(200);
  if (kind === 'read') return (JSON.parse(body) as { string: string }).string;
  return /<h1>The saved string is (.*)<\/h1>/.exec(body)?.[1] as string;
}
