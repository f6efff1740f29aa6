import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluationOf, organization, type Target } from './evaluation.ts';
import { Monitor } from './monitor.ts';
import type { Cloud, Evaluation } from './registered.ts';
import { listen } from './server.ts';

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
      // A trace for each promise, and a small young generation, would take a quarter of the time.
      '--stack-trace-limit=0',
      '--max-semi-space-size=64',
      `--require=${fileURLToPath(new URL('without-source-maps.cjs', import.meta.url))}`,
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
    // An error that is logged fails a deployment, whatever the exit code.
    if (code !== 0 || errors.length > 0)
      throw new Error(`the program in ${directory} failed: ${said.trim()}`);
    // Node ends a program with 0 that waits for what never comes, and has nothing else to do.
    if (!monitor.isComplete) {
      throw new Error(
        `the program in ${directory} ended before it had registered its resources: it exits by itself, or waits for a promise that is never settled`,
      );
    }
  } finally {
    close();
    monitor.close();
  }
  return evaluationOf(monitor);
}

/** As the CLI does without a limit of its own. */
const parallel = 2 ** 31 - 1;

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
