import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { type Method, methodsOf } from './methods.ts';
import { Monitor } from './monitor.ts';
import type { Cloud, Evaluation } from './registered.ts';
import { listen } from './server.ts';
import { stackType } from './urn.ts';

export interface Target {
  readonly project: string;
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

/**
 * Evaluates this program within this process; the SDK calls the monitor's methods without gRPC, as it calls a test's
 * mocks. Pulumi's runtime is one per process: such evaluations go one after another.
 */
export async function evaluateInline(
  program: () => Promise<unknown>,
  { project, stack, config, secretKeys }: Target,
  cloud: Cloud,
): Promise<Evaluation> {
  const monitor = new Monitor(project, stack, cloud);
  pulumi.runtime.setMockOptions(client(methodsOf(monitor)), project, stack, true, organization);
  pulumi.runtime.setAllConfig({ ...config }, [...secretKeys]);
  try {
    await withoutTraces(async () => {
      await pulumi.runtime.runInPulumiStack(program);
      await pulumi.runtime.disconnect(true);
    });
  } finally {
    pulumi.runtime.disconnectSync();
    monitor.close();
  }
  return evaluationOf(monitor);
}

type Answered = (error: Error | null, response?: unknown) => void;

function client(
  methods: Record<string, Method>,
): Record<string, (request: unknown, callback: Answered) => void> {
  const called = Object.entries(methods).map(([name, method]) => [
    name,
    (request: unknown, callback: Answered) => {
      method(request).then(
        (response) => callback(null, response),
        (error) => callback(error),
      );
    },
  ]);
  return Object.fromEntries(called);
}

/**
 * Evaluates any Pulumi program for Node in a process of its own, by the runner of the SDK that it depends on: exactly
 * what the CLI's language host starts for a preview.
 *
 * @param directory of its Pulumi.yaml and package.json
 * @param typescript whether the SDK's own compiler reads the sources; Pulumi.yaml says so
 */
export async function evaluateProgram(
  { directory, main = '.', typescript }: { directory: string; main?: string; typescript: boolean },
  target: Target,
  cloud: Cloud,
): Promise<Evaluation> {
  const runner = createRequire(join(directory, 'package.json')).resolve('@pulumi/pulumi/cmd/run');
  const monitor = new Monitor(target.project, target.stack, cloud);
  const { address, errors, close } = await listen(monitor);
  try {
    const args = [
      '--stack-trace-limit=0',
      runner,
      `--monitor=${address}`,
      `--engine=${address}`,
      `--project=${target.project}`,
      `--stack=${target.stack}`,
      `--organization=${organization}`,
      `--root-directory=${directory}`,
      `--pwd=${directory}`,
      `--parallel=${parallel}`,
      '--dry-run',
      main,
    ];
    const { code, output } = await run(args, directory, {
      PULUMI_CONFIG: JSON.stringify(target.config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(target.secretKeys),
      PULUMI_NODEJS_TYPESCRIPT: String(typescript),
      NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    });
    const said = errors.length > 0 ? errors.join('\n') : output;
    if (code !== 0) throw new Error(`the program in ${directory} failed: ${said.trim()}`);
  } finally {
    close();
    monitor.close();
  }
  return evaluationOf(monitor);
}

/** As the CLI does without a limit of its own. */
const parallel = 2 ** 31 - 1;
const organization = 'organization';

function evaluationOf(monitor: Monitor): Evaluation {
  const root = monitor.registered.find(({ type }) => type === stackType);
  return {
    resources: monitor.registered.filter((resource) => resource !== root),
    answers: monitor.answers,
    outputs: monitor.outputs.get(root?.urn ?? '') ?? {},
  };
}

/** Pulumi keeps a stack trace for every promise, which is half of the time that a stack takes; DEBUG brings them back. */
async function withoutTraces(work: () => Promise<void>): Promise<void> {
  const { stackTraceLimit } = Error;
  if (process.env.DEBUG === undefined) Error.stackTraceLimit = 0;
  try {
    await work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function run(
  args: string[],
  cwd: string,
  variables: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-10_000);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
