import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pack } from '../scripts/pack.ts';
import { entries } from '../scripts/package/manifest.ts';

const rounds = 3;
/** Times the import of @pulumi/aws alone that the import of one component may take. */
const limit = 1.1;
const root = fileURLToPath(new URL('..', import.meta.url));
const execute = promisify(execFile);

/** Imports of the packed components, each in a process of its own, against the least that any program for AWS imports. */
export async function run(): Promise<void> {
  // Below the project, whose node_modules has the peers.
  mkdirSync(join(root, 'dist'), { recursive: true });
  const directory = mkdtempSync(join(root, 'dist/bench-'));
  try {
    await execute('tar', ['-xzf', await pack(directory), '-C', directory]);
    const modules = Object.keys(entries()).filter((name) => !/^\.\/(workflows|contract)\//.test(name));
    const addresses = new Map([
      ['@pulumi/aws', '@pulumi/aws'],
      ...modules.map((name) => [name, addressOf(directory, name)] as const),
    ]);
    const best = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      for (const [name, address] of addresses) {
        const time = await processorTime(address);
        best.set(name, Math.min(best.get(name) ?? time, time));
      }
    }
    print(best);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function addressOf(directory: string, name: string): string {
  const file = name === '.' ? 'components/index.js' : (entries()[name] ?? '').replace(/\.ts$/, '.js');
  return join(directory, 'package/lib', file);
}

function print(best: ReadonlyMap<string, number>): void {
  const alone = best.get('@pulumi/aws') ?? 0;
  console.log(`  import of @pulumi/aws alone  ${alone.toFixed(0)} ms of processor time`);
  for (const [name, time] of best) {
    if (name === '@pulumi/aws') continue;
    const times = time / alone;
    const verdict = times <= limit ? 'met' : 'exceeded';
    console.log(`  ${name.padEnd(27)}${times.toFixed(2)} × that (limit ${limit}: ${verdict})`);
  }
}

/** Milliseconds that the import keeps a processor busy: other work on the machine adds less to them than to the clock. */
async function processorTime(address: string): Promise<number> {
  const script = `await import(${JSON.stringify(address)}); const { user, system } = process.cpuUsage(); console.log((user + system) / 1000)`;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
  });
  return Number(stdout);
}
