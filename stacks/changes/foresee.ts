import { execFile } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { evaluateProgram } from '../evaluate/program.ts';
import type { Evaluation } from '../evaluate/registered.ts';
import { simulatedCloud } from '../plan/cloud.ts';
import { parseStack, projectDirectory } from '../plan/configuration.ts';
import { monthlyCost } from '../plan/cost.ts';
import { type Plan, planOf, regionOf } from '../plan/evaluate.ts';
import { evaluateStack, ownProgram, type Program } from '../plan/program.ts';
import { type Changes, changesOf } from './changes.ts';
import { withCommit } from './checkout.ts';
import { Engine } from './engine.ts';
import { type Living, livingOf, livingOfExport } from './living.ts';

const run = promisify(execFile);

/** What a change means for a stack that lives. */
export interface Foreseen extends Changes {
  readonly stack: string;
  /** The stack as changed. */
  readonly plan: Plan;
  /** USD a month at rest; of an export the cost is unknown. */
  readonly costBefore: number | undefined;
  readonly costAfter: number;
}

/**
 * Compares a living stack with what this program makes of its configuration.
 *
 * @param overrides `key=value`, which the living stack does not have
 * @param from what lives: a file that `pulumi stack export` wrote, or a commit, whose program and stack file count; without
 * it, this program with the stack's file
 */
export async function foresee(
  stack: string,
  overrides: string[] = [],
  from?: string,
  program: Program = ownProgram,
): Promise<Foreseen> {
  const { living, cost, isExport } = await before(program, stack, from);
  const configuration = program.configuration(stack, overrides);
  const engine = new Engine(living, regionOf(configuration), { isExport });
  const plan = planOf(stack, await program.evaluate(stack, configuration, engine));
  return {
    stack,
    plan,
    ...changesOf(engine.finish()),
    costBefore: cost,
    costAfter: monthlyCost(plan.resources).total,
  };
}

interface Before {
  living: Living;
  cost?: number;
  isExport: boolean;
}

async function before(program: Program, stack: string, from: string | undefined): Promise<Before> {
  if (from !== undefined && existsSync(from)) {
    return { living: livingOfExport(readFileSync(from, 'utf8')), isExport: true };
  }
  if (from !== undefined && !program.isOwn) {
    throw new Error(`--from takes a file that \`pulumi stack export\` wrote here, and there is no ${from}`);
  }
  const configuration = program.configuration(stack, []);
  const evaluation =
    from === undefined
      ? await evaluateStack(program, stack, configuration)
      : await evaluateCommit(stack, from);
  // Everything would be called new, although it may all be there.
  if (from !== undefined && evaluation.resources.length === 0) {
    throw new Error(
      `the program of the commit ${from} has no resources, so that nothing can be compared with it`,
    );
  }
  const cost = monthlyCost(planOf(stack, evaluation).resources).total;
  return { living: livingOf(evaluation), cost, isExport: false };
}

/** The program of another commit, in a directory beside; with its own dependencies where its lockfile is another one. */
async function evaluateCommit(stack: string, commit: string): Promise<Evaluation> {
  let isThere = false;
  const evaluated = withCommit(projectDirectory, commit, async (directory) => {
    isThere = true;
    const file = (path: string) => readFileSync(join(directory, path), 'utf8');
    if (file('package-lock.json') === readFileSync(join(projectDirectory, 'package-lock.json'), 'utf8')) {
      symlinkSync(join(projectDirectory, 'node_modules'), join(directory, 'node_modules'));
    } else {
      await run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: directory });
    }
    const project = parse(file('Pulumi.yaml'));
    const configuration = parseStack(project.name, `Pulumi.${stack}.yaml`, file(`Pulumi.${stack}.yaml`));
    return evaluateProgram(
      { directory, main: project.main, typescript: project.runtime?.options?.typescript !== false },
      { stack, ...configuration },
      simulatedCloud(regionOf(configuration)),
    );
  });
  return evaluated.catch((error) => {
    if (isThere) throw error;
    throw new Error(`--from takes a file of \`pulumi stack export\` or a commit, not "${commit}"`);
  });
}
