/**
 * Writes components/schema.json: the components as every Pulumi language sees them. The code that serves them as a plugin
 * infers it from the sources, so the file shows exactly what the plugin offers.
 *
 * `npm run schema`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.ts';

const directory = new URL('../components/', import.meta.url);
export const schemaFile = fileURLToPath(new URL('schema.json', directory));

/** @throws Error when an argument or a field of a component has a type that some language lacks */
export async function inferSchema(): Promise<string> {
  const [{ ComponentProvider, getPulumiComponents }, components] = await Promise.all([
    import('@pulumi/pulumi/provider/experimental/provider.js'),
    import('../components/index.ts'),
  ]);
  const { name } = JSON.parse(readFileSync(new URL('package.json', directory), 'utf8'));
  const provider = new ComponentProvider({
    name,
    dirname: fileURLToPath(directory),
    components: getPulumiComponents(components),
  });
  return format(await provider.getSchema());
}

/** Sorts the keys, since the order in which the analyzer finds them depends on the order of imports. */
export function format(schema: string): string {
  return `${JSON.stringify(JSON.parse(schema, sorted), undefined, 2)}\n`;
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

if (import.meta.main) {
  await runCommand({
    name: 'npm run schema',
    help: `  writes components/schema.json, the components as every Pulumi language sees them

Exit codes: 0 the file is written, 1 a component has a type that some language lacks, 2 called wrongly.`,
    options: {},
    run: async () => {
      writeFileSync(schemaFile, await inferSchema());
    },
  });
}
