import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The offline plan may take at most this many times as long as importing @pulumi/aws alone. */
const limit = 3;
const rounds = 5;
const root = fileURLToPath(new URL('..', import.meta.url));

/** Measures `npm run plan` against the least that any Pulumi program for AWS has to do. Both are whole processes and run in
 * turn; the fastest of each counts, since other work on the machine can only add time. */
export async function run(): Promise<void> {
  const imports = ['--input-type=module', '--eval', "await import('@pulumi/aws')"];
  const plan = ['stacks/main.ts', '--stack', 'prod', '--json'];
  const times = { imports: [] as number[], plan: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.imports.push(await milliseconds(imports));
    times.plan.push(await milliseconds(plan));
  }
  const [least, own] = [Math.min(...times.imports), Math.min(...times.plan)];
  const ratio = own / least;
  console.log(`  import of @pulumi/aws alone  ${least.toFixed(0)} ms`);
  console.log(`  npm run plan, stack prod     ${own.toFixed(0)} ms`);
  console.log(
    `  ratio                        ${ratio.toFixed(2)} (limit ${limit}: ${ratio <= limit ? 'met' : 'exceeded'})`,
  );
}

function milliseconds(args: string[]): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 }, (error) =>
      error === null ? resolve(performance.now() - start) : reject(error),
    );
  });
}
