import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Cloud, Evaluation } from '../evaluate/registered.ts';
import type { Waiver } from '../policy/index.ts';
import { simulatedCloud } from './cloud.ts';
import { type Configuration, configure, parseStack, readConfiguration } from './configuration.ts';
import { evaluateOwn, type Plan, planOf, regionOf } from './evaluate.ts';

/** A Pulumi program whose stacks can be planned. */
export interface Program {
  /** @param overrides `key=value`, as `pulumi config set key value` would set them */
  configuration(stack: string, overrides: readonly string[]): Configuration;
  evaluate(stack: string, configuration: Configuration, cloud: Cloud): Promise<Evaluation>;
  /** Why it may break rules of the policy; undefined for this project's. */
  readonly waivers?: readonly Waiver[];
  /** Whether a commit of it can be evaluated, and its stack be named by its file alone. */
  readonly isOwn: boolean;
}

/** The program of this project. */
export const ownProgram: Program = {
  configuration: (stack, overrides) => readConfiguration(stack, [...overrides]),
  evaluate: evaluateOwn,
  isOwn: true,
};

interface ProjectFile {
  readonly name: string;
  readonly main?: string;
  readonly runtime: string | { name: string; options?: { typescript?: boolean } };
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * Anybody's Pulumi program for Node, which is evaluated in a process of its own with the SDK that it depends on.
 *
 * @param directory of its Pulumi.yaml
 * @throws when there is none, or when it is for another language
 */
export function programIn(directory: string): Program {
  const root = resolve(directory);
  const file = join(root, 'Pulumi.yaml');
  if (!existsSync(file)) throw new Error(`there is no Pulumi.yaml in ${root}`);
  const project = parse(readFileSync(file, 'utf8')) as ProjectFile;
  const runtime = typeof project.runtime === 'string' ? { name: project.runtime } : project.runtime;
  if (runtime.name !== 'nodejs') {
    throw new Error(`${file}: the runtime is ${runtime.name}; programs for nodejs alone can be planned`);
  }
  return {
    configuration: (stack, overrides) => configurationOf(root, project, stack, overrides),
    evaluate: async (stack, configuration, cloud) => {
      const { evaluateProgram } = await import('../evaluate/program.ts');
      const typescript = runtime.options?.typescript !== false;
      const { main } = project;
      return evaluateProgram({ directory: root, main, typescript }, { stack, ...configuration }, cloud);
    },
    isOwn: false,
    waivers: waiversIn(root),
  };
}

/** policy-waivers.yaml beside the program: a list of `rule`, `resource` and `reason`. */
function waiversIn(root: string): Waiver[] {
  const file = join(root, 'policy-waivers.yaml');
  const listed: unknown = existsSync(file) ? parse(readFileSync(file, 'utf8')) : [];
  const isWaiver = (one: Partial<Record<string, unknown>>) =>
    [one.rule, one.resource, one.reason].every((text) => typeof text === 'string' && text !== '');
  if (!Array.isArray(listed) || !listed.every(isWaiver)) {
    throw new Error(`${file} must be a list of waivers, each with rule, resource and reason`);
  }
  return listed;
}

/** Evaluates a stack of a program without AWS, with what a new stack would get from it. */
export function evaluateStack(
  program: Program,
  stack: string,
  configuration: Configuration,
): Promise<Evaluation> {
  return program.evaluate(stack, configuration, simulatedCloud(regionOf(configuration)));
}

/** Plans a stack of a program, as `pulumi preview` of a new one would. */
export async function planStack(
  program: Program,
  stack: string,
  overrides: readonly string[] = [],
): Promise<Plan> {
  const configuration = program.configuration(stack, overrides);
  const evaluation = await evaluateStack(program, stack, configuration);
  return { ...planOf(stack, evaluation), waivers: program.waivers };
}

/** A stack without a file has what the project's file says for all stacks. */
function configurationOf(
  root: string,
  { name, config = {} }: ProjectFile,
  stack: string,
  overrides: readonly string[],
): Configuration {
  const file = `Pulumi.${stack}.yaml`;
  const path = join(root, file);
  const own = parseStack(name, file, existsSync(path) ? readFileSync(path, 'utf8') : '');
  const all = Object.entries(config).flatMap(([key, entry]) => {
    const value = defaultOf(entry);
    if (value === undefined) return [];
    return [
      [key.includes(':') ? key : `${name}:${key}`, typeof value === 'string' ? value : JSON.stringify(value)],
    ];
  });
  return configure({ ...own, config: { ...Object.fromEntries(all), ...own.config } }, overrides);
}

/** An entry of a project's `config` is a value, or says which one it has or what it is by default. */
function defaultOf(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null) return entry;
  const { value, default: fallback } = entry as { value?: unknown; default?: unknown };
  return value ?? fallback;
}
