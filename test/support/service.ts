import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { environment } from '../../contract/environment.ts';
import { bareEnvironment } from '../../local/bare-environment.ts';
import { killWithThisProcess } from './emulator.ts';
import { databaseVariables, type TestTables } from './tables.ts';

export const apiKey = 'test-key-of-the-api';
/** What the service must be told about ingest, videos and scans; nothing connects to these until a route needs them. */
export const ingestEnvironment = {
  [environment.ingestBucket]: 'test-ingest',
  [environment.mediaBucket]: 'test-media',
  [environment.ingestStateMachine]: 'arn:aws:states:us-east-1:000000000000:stateMachine:test-ingest',
  [environment.scansBucket]: 'test-scans',
  [environment.scanStateMachine]: 'arn:aws:states:us-east-1:000000000000:stateMachine:test-scans',
  [environment.jobStateMachine]: 'arn:aws:states:us-east-1:000000000000:stateMachine:test-jobs',
};
export const authorization = `Bearer ${apiKey}`;

export interface Service {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** All that it has logged so far, a JSON object per line. */
  logged(): string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  stop(): Promise<void>;
}

const server = fileURLToPath(new URL('../../app/server.ts', import.meta.url));

/**
 * The service as a process of its own, listening when this resolves.
 * @param program the service's program, when it is that of another release
 */
export async function startService(
  tables: TestTables,
  variables: Record<string, string> = {},
  program = server,
): Promise<Service> {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...bareEnvironment(),
      ...databaseVariables(tables),
      ...ingestEnvironment,
      [environment.apiKey]: apiKey,
      [environment.port]: '0',
      [environment.drainSeconds]: '0',
      ...variables,
    },
  });
  killWithThisProcess({ process: child });
  let output = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    errors += chunk;
  });
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
      const listening = /"address":"http:\/\/[^"]*:(\d+)"/.exec(output.slice(0, 10_000));
      if (listening) resolve(Number(listening[1]));
    });
    void ended.then((how) => reject(new Error(`the service ended (${how}) before it listened: ${errors}`)));
  });

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    process: child,
    logged: () => output,
    ended,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
