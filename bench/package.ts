import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pack } from '../scripts/pack.ts';
import { entries } from '../scripts/package/manifest.ts';

const rounds = 7;
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
    const times = new Map([...addresses.keys()].map((name): [string, number[]] => [name, []]));
    // One after another within a round, so that a busy minute of the machine is shared by all of them.
    for (let round = 0; round < rounds; round++) {
      for (const [name, address] of addresses) times.get(name)?.push(await processorTime(address));
    }
    print(times);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function addressOf(directory: string, name: string): string {
  const file = name === '.' ? 'components/index.js' : (entries()[name] ?? '').replace(/\.ts$/, '.js');
  return join(directory, 'package/lib', file);
}

function print(times: ReadonlyMap<string, number[]>): void {
  const alone = median(times.get('@pulumi/aws') ?? []);
  console.log(`  import of @pulumi/aws alone  ${alone.toFixed(0)} ms of processor time, median of ${rounds}`);
  for (const [name, all] of times) {
    if (name === '@pulumi/aws') continue;
    const ratio = median(all) / alone;
    const verdict = ratio <= limit ? 'met' : 'exceeded';
    const label = name === '.' ? 'all components at once' : name;
    const goal = name === '.' ? 'no limit' : `limit ${limit}: ${verdict}`;
    console.log(`  ${label.padEnd(27)}${ratio.toFixed(2)} × that (${goal})`);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Milliseconds that the import keeps a processor busy: other work on the machine adds less to them than to the clock. */
async function processorTime(address: string): Promise<number> {
  const script = `await import(${JSON.stringify(address)}); const { user, system } = process.cpuUsage(); console.log((user + system) / 1000)`;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
  });
  return Number(stdout);
}
