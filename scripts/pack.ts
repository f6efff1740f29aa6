import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { runCommand } from './command.ts';
import { folders, manifest, root } from './package/manifest.ts';
import type { Folder } from './reference/sources.ts';

const run = promisify(execFile);

/**
 * Makes the package of the components.
 *
 * @param out the directory of the tarball
 * @param repository address of the sources
 * @returns the path of the tarball
 */
export async function pack(out: string, repository?: string): Promise<string> {
  mkdirSync(resolve(out), { recursive: true });
  // Within the project, since the compiler looks for the declarations of AWS in a node_modules above the sources.
  mkdirSync(join(root, 'dist'), { recursive: true });
  const directory = mkdtempSync(join(root, 'dist/package-'));
  try {
    await fill(directory, repository);
    const { stdout } = await run(npm, ['pack', directory, '--json', '--ignore-scripts'], { cwd: out });
    return join(resolve(out), tarballOf(stdout));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function fill(directory: string, repository: string | undefined): Promise<void> {
  const write = (file: string, text: string) => writeFileSync(join(directory, file), text);
  // The compiler makes ES modules of the sources since this file says so.
  write('package.json', `${JSON.stringify(manifest(repository), undefined, 2)}\n`);
  for (const folder of folders) copySources(folder, join(directory, 'src', folder));
  // Loaded here, since they bring the compiler along.
  const [{ compile }, { readFolders }] = await Promise.all([
    import('./package/compile.ts'),
    import('./reference/sources.ts'),
  ]);
  compile(directory);
  for (const file of ['LICENSE', 'CHANGELOG.md', 'components/schema.json']) {
    cpSync(join(root, file), join(directory, basename(file)));
  }
  write('README.md', readme(readFolders()));
  write('PulumiPlugin.yaml', pluginFile);
  write('plugin.js', plugin);
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

const pluginFile = `runtime:
  name: nodejs
  options:
    # It is compiled already.
    typescript: false
`;

const plugin = `import { serve } from './lib/components/provider.js';

serve(new URL('schema.json', import.meta.url));
`;

function copySources(folder: string, to: string): void {
  cpSync(join(root, folder), to, {
    recursive: true,
    filter: (path) => !path.includes('node_modules') && (/\.ts$/.test(path) || !/\.[^/]+$/.test(path)),
  });
}

/** The example of the project's README, and what there is to import. */
function readme(all: readonly Folder[]): string {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const [, example] = /^## Components alone\n[\s\S]*?(```ts\n[\s\S]*?```)/m.exec(text) ?? [];
  if (example === undefined) throw new Error('README.md has no example in its section "Components alone"');
  const rows = all.flatMap(({ name, components }) =>
    components.map(
      (one) => `| \`${one.name}\` | \`trellis-components/${name}\` | ${firstSentence(one.doc)} |`,
    ),
  );
  return [
    '# Trellis components',
    '',
    'Components for Pulumi programs on AWS, in TypeScript, Python, Go, C#, Java and YAML. Importing one by its own',
    'address loads no more than it consists of.',
    '',
    example,
    '',
    'The SDKs of Pulumi are peers: npm installs them beside. In another language the directory of this package is what',
    '`pulumi package add` takes. Each component’s comment has an example, what it costs and what it is open to.',
    '',
    '`trellis-components/worker` is the loop of a `QueueWorker`’s container. There it needs nothing of Pulumi:',
    '`npm install --omit=peer trellis-components @aws-sdk/client-sqs`.',
    '',
    '| component | address | |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function firstSentence(doc: string): string {
  return (/^[\s\S]*?\.(?=\s|$)/.exec(doc)?.[0] ?? doc).replace(/\s+/g, ' ');
}

/** npm prints a list, or since its version 12 an object by the package's name. */
function tarballOf(output: string): string {
  const [packed] = Object.values(JSON.parse(output) as Record<string, { filename: string }>);
  if (packed === undefined) throw new Error(`npm pack made nothing: ${output}`);
  return packed.filename;
}

if (import.meta.main) {
  await runCommand({
    name: 'npm run pack',
    help: `-- [options]   makes the package of the components, dist/trellis-components-<version>.tgz

  --out <directory>    where it is written (default: dist)
  --repository <url>   address of the sources, for package.json
  --help

It holds compiled JavaScript with types, maps and sources, and the plugin for other languages.
Exit codes: 0 it is written, 1 it cannot be, 2 called wrongly.`,
    options: { out: { type: 'string' }, repository: { type: 'string' } },
    run: async ({ out = 'dist', repository }) => console.log(await pack(out, repository)),
  });
}
