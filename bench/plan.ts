import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const rounds = 5;
const root = fileURLToPath(new URL('..', import.meta.url));

/** A program of somebody else runs in a process of its own; here this program stands for it. */
const apart = `
  const { evaluateProgram } = await import('./stacks/evaluate/program.ts');
  const { simulatedCloud } = await import('./stacks/plan/cloud.ts');
  const { readConfiguration } = await import('./stacks/plan/configuration.ts');
  const program = { directory: process.cwd(), typescript: false };
  await evaluateProgram(program, { stack: 'prod', ...readConfiguration('prod') }, simulatedCloud('us-east-1'));`;

const plan = ['stacks/main.ts', '--stack', 'prod', '--json'];
const bigger = ['--config', 'service.cpu=1024', '--config', 'service.memory=2048'];

/** Each is measured against another: how many times as long it may take. */
const measured = {
  imports: { what: 'import of @pulumi/aws alone', args: script("await import('@pulumi/aws')") },
  plan: { what: 'npm run plan, stack prod', args: plan, against: 'imports', limit: 3 },
  apart: { what: 'the same in a process apart', args: script(apart), against: 'imports', limit: 5 },
  changes: {
    what: 'the same with --changes',
    args: [...plan, '--changes', ...bigger],
    against: 'plan',
    limit: 2,
  },
} as const;

type Name = keyof typeof measured;

/** `npm run plan` against the least that any Pulumi program for AWS has to do. Whole processes, in turn; the fastest of
 * each counts, since everything else on the machine can only add. */
export async function run(): Promise<void> {
  const names = Object.keys(measured) as Name[];
  const best = new Map<Name, number>();
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const time = await milliseconds([...measured[name].args]);
      best.set(name, Math.min(best.get(name) ?? time, time));
    }
  }
  for (const name of names) {
    const { what, ...one } = measured[name];
    const time = best.get(name) ?? 0;
    console.log(`  ${what.padEnd(29)}${time.toFixed(0)} ms${'against' in one ? ratio(time, one, best) : ''}`);
  }
}

function ratio(
  time: number,
  { against, limit }: { against: Name; limit: number },
  best: Map<Name, number>,
): string {
  const times = time / (best.get(against) ?? 0);
  const verdict = times <= limit ? 'met' : 'exceeded';
  return `, ${times.toFixed(2)} × ${measured[against].what} (limit ${limit}: ${verdict})`;
}

function script(text: string): string[] {
  return ['--input-type=module', '--eval', text];
}

function milliseconds(args: string[]): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 }, (error) =>
      error === null ? resolve(performance.now() - start) : reject(error),
    );
  });
}
