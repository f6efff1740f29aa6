import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folders whose sources make the package: what the components need, the loop of a worker's container, and nothing of
 * stacks or app. */
export const folders = ['components', 'workflows', 'contract', 'worker'] as const;

interface ProjectPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

interface PluginPackage {
  readonly description: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * package.json of the package. Name, version and Node are the project's, the rest is that of the plugin's.
 *
 * @param repository address of the sources, which npm compares with where a signed build ran
 */
export function manifest(repository?: string): Record<string, unknown> {
  const { name, version, license, engines, dependencies: own } = readJson<ProjectPackage>('package.json');
  const { description, dependencies } = readJson<PluginPackage>('components/package.json');
  return {
    name,
    version,
    description,
    license,
    keywords: ['pulumi', 'aws', 'fargate', 'dynamodb', 'components', 'pulumi-component'],
    ...(repository === undefined ? {} : { repository: { type: 'git', url: repository } }),
    type: 'module',
    // Pulumi loads a plugin by its directory, for which Node heeds `main` alone; importers get what `exports` says.
    main: './plugin.js',
    types: './lib/components/index.d.ts',
    exports: exportsOf(entries()),
    engines,
    ...dependenciesOf(dependencies, own),
  };
}

/** What may be imported: the name after the package's, and its source. */
export function entries(): Record<string, string> {
  const found = globSync(['components/*/index.ts', '{workflows,contract}/*.ts', 'worker/index.ts'], {
    cwd: root,
  }).sort();
  return {
    '.': 'components/index.ts',
    ...Object.fromEntries(found.map((file) => [`./${importedAs(file)}`, file])),
  };
}

function importedAs(file: string): string {
  return file.replace(/^(?:components\/)?(.+)\/index\.ts$/, '$1').replace(/\.ts$/, '');
}

function exportsOf(sources: Readonly<Record<string, string>>): Record<string, unknown> {
  const compiled = Object.entries(sources).map(([name, file]) => {
    const base = `./lib/${file.replace(/\.ts$/, '')}`;
    return [name, { types: `${base}.d.ts`, default: `${base}.js` }];
  });
  return {
    ...Object.fromEntries(compiled),
    './schema.json': './schema.json',
    './package.json': './package.json',
  };
}

/** What the container of a worker needs, and a Pulumi program does not. */
const ofWorkers = '@aws-sdk/client-sqs';

/** Pulumi's SDKs are the program's own: two copies of one of them would not know each other's resources. */
function dependenciesOf(
  all: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const isPeer = ([name]: [string, string]) => name.startsWith('@pulumi/');
  // The compiler reads the sources of the plugin, which the package does not run.
  const needed = Object.entries(all).filter(([name]) => name !== 'typescript');
  return {
    dependencies: Object.fromEntries(needed.filter((one) => !isPeer(one))),
    peerDependencies: { ...Object.fromEntries(needed.filter(isPeer)), [ofWorkers]: own[ofWorkers] },
    peerDependenciesMeta: { [ofWorkers]: { optional: true } },
  };
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(`${root}/${file}`, 'utf8'));
}
