import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluateInline } from '../stacks/evaluate/inline.ts';
import type { Cloud, Evaluation } from '../stacks/evaluate/registered.ts';
import { simulatedCloud } from '../stacks/plan/cloud.ts';
import { programIn } from '../stacks/plan/program.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The programs in TypeScript below examples/, by the names of their folders. */
export const examples = globSync('examples/*/index.ts', { cwd: root })
  .map((file) => file.split('/')[1] as string)
  .sort();

let evaluations = 0;

/**
 * Evaluates an example within this process, which costs a tenth of a process of its own.
 *
 * @param folder of the examples, when it is not that of the project
 */
export async function evaluateExample(
  name: string,
  folder = join(root, 'examples'),
  cloud: Cloud = simulatedCloud('us-east-1'),
): Promise<Evaluation> {
  const directory = join(folder, name);
  const configuration = programIn(directory).configuration('dev', []);
  const before = process.cwd();
  process.chdir(directory);
  try {
    // A module runs once; under another address it is another module.
    const address = `${join(directory, 'index.ts')}?${evaluations++}`;
    const program = async () => ({ ...(await import(address)) });
    return await evaluateInline(program, { stack: 'dev', ...configuration }, cloud);
  } finally {
    process.chdir(before);
  }
}
