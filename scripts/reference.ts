import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../stacks/plan/evaluate.ts';
import { evaluating, runCommand } from './command.ts';
import { root } from './package/manifest.ts';
import { evaluatedOf } from './reference/instances.ts';
import { pageOf } from './reference/page.ts';

export const referenceDirectory = join(root, 'docs/components');

/** The pages by file name. @param plans by what they are a plan of: an example or a stack */
export async function referencePages(plans: ReadonlyMap<string, Plan>): Promise<Map<string, string>> {
  // Loaded here, since it brings the compiler along.
  const { readFolders } = await import('./reference/sources.ts');
  const all = readFolders().filter(({ components, shapes }) => components.length + shapes.length > 0);
  return new Map(
    all
      // The engine of the pipelines has no arguments of its own.
      .filter(({ name }) => name !== 'workflow')
      .map((folder) => [`${folder.name}.md`, pageOf(folder, all, (name) => evaluatedOf(plans, name))]),
  );
}

/** The plans in which the reference looks for children, permissions and costs. */
export async function referencePlans(
  planStack: (stack: string) => Promise<Plan>,
): Promise<Map<string, Plan>> {
  const { planOf } = await import('../stacks/plan/evaluate.ts');
  const { evaluateExample, examples } = await import('./examples.ts');
  const plans = new Map<string, Plan>();
  for (const name of examples) {
    plans.set(`[${name}](../../examples/${name}/index.ts)`, planOf('dev', await evaluateExample(name)));
  }
  for (const stack of ['dev', 'prod']) plans.set(`stack ${stack}`, await planStack(stack));
  return plans;
}

if (import.meta.main) {
  await runCommand({
    name: 'npm run reference',
    help: `  writes docs/components/<folder>.md, the reference of the components

Exit codes: 0 the pages are written, 1 they cannot be, 2 called wrongly.`,
    options: {},
    run: async () => {
      const { evaluate } = await import('../stacks/plan/evaluate.ts');
      mkdirSync(referenceDirectory, { recursive: true });
      const plans = await evaluating(() => referencePlans((stack) => evaluate(stack)));
      const pages = await referencePages(plans);
      for (const [file, text] of pages) writeFileSync(join(referenceDirectory, file), text);
    },
  });
}
