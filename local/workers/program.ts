import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { backlogOf } from '../../components/queue-worker/index.ts';
import type { Evaluation, Registered } from '../../stacks/evaluate/registered.ts';
import { revealed } from '../../stacks/evaluate/values.ts';
import { evaluateStack, programIn } from '../../stacks/plan/program.ts';
import type { QueueSettings } from './queue.ts';
import type { Scaling } from './scaler.ts';
import { type TableInputs, tableOf } from './tables.ts';

/** What of a Pulumi program its workers need. Names are those that AWS would give, as far as the plan foretells them. */
export interface WorkerProgram {
  readonly queues: readonly (QueueSettings & { readonly url: string })[];
  readonly tables: readonly CreateTableCommandInput[];
  readonly workers: readonly Worker[];
}

export interface Worker {
  readonly name: string;
  /** Undefined when neither the program nor a Dockerfile of it says so. */
  readonly command: readonly string[] | undefined;
  /** The directory from which its image is made. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Environment variables whose values only AWS knows. */
  readonly secrets: readonly string[];
  readonly stopTimeoutSeconds: number;
  readonly scaling: Scaling;
}

// biome-ignore lint/suspicious/noExplicitAny: inputs of any resource of AWS
type Inputs = Readonly<Record<string, any>>;

interface Resource extends Registered {
  readonly inputs: Inputs;
  readonly outputs: Inputs;
}

/** Evaluates a program as its plan does, without AWS, and reads its workers. @throws when it has none */
export async function readProgram(directory: string, stack: string): Promise<WorkerProgram> {
  const program = programIn(directory);
  return workersIn(await evaluateStack(program, stack, program.configuration(stack, [])), directory);
}

/** @throws when there are none */
export function workersIn(evaluation: Evaluation, directory: string): WorkerProgram {
  const resources = resourcesOf(evaluation);
  const of = (type: string) => resources.filter((one) => one.type === type);
  const workers = of('trellis:index:QueueWorker').map((one) => workerOf(one, resources, resolve(directory)));
  if (workers.length === 0) throw new Error(`the program in ${resolve(directory)} has no QueueWorker`);
  const tables = of('aws:dynamodb/table:Table').map(({ inputs, outputs }) =>
    tableOf(inputs as TableInputs, outputs.name),
  );
  return { queues: of('aws:sqs/queue:Queue').map(queueOf), tables, workers };
}

function resourcesOf({ resources, answers }: Evaluation): Resource[] {
  return resources.map((one) => ({
    ...one,
    inputs: revealed(one.inputs) as Inputs,
    outputs: revealed(answers.get(one.urn)?.outputs ?? {}) as Inputs,
  }));
}

function queueOf({ inputs, outputs }: Resource): WorkerProgram['queues'][number] {
  const policy = inputs.redrivePolicy === undefined ? undefined : JSON.parse(inputs.redrivePolicy);
  return {
    name: outputs.name,
    url: outputs.url,
    visibilityTimeoutSeconds: inputs.visibilityTimeoutSeconds ?? 30,
    redrive: policy && {
      to: policy.deadLetterTargetArn.split(':').at(-1),
      maxReceives: policy.maxReceiveCount,
    },
  };
}

function workerOf({ urn, name }: Registered, resources: readonly Resource[], root: string): Worker {
  const children = resources.filter(({ parent }) => parent === urn);
  const service = children.find(({ type }) => type === 'trellis:index:FargateService');
  const below = resources.filter(({ parent }) => parent === service?.urn);
  const only = (type: string) => below.find((one) => one.type === type)?.inputs as Inputs;
  const [container] = JSON.parse(only('aws:ecs/taskDefinition:TaskDefinition').containerDefinitions);
  const target = only('aws:appautoscaling/target:Target');
  const image = resources.find(
    ({ type, inputs }) => type === 'awsx:ecr:Image' && container.image.startsWith(inputs.repositoryUrl),
  );
  const pairs = (container.environment ?? []) as { name: string; value: string }[];
  return {
    name,
    command: container.command ?? (image && commandOf(resolve(root, dockerfileOf(image.inputs)))),
    directory: resolve(root, image?.inputs.context ?? '.'),
    environment: Object.fromEntries(pairs.map((one) => [one.name, one.value])),
    secrets: (container.secrets ?? []).map((one: { name: string }) => one.name),
    stopTimeoutSeconds: container.stopTimeout,
    scaling: {
      minTasks: target.minCapacity,
      maxTasks: target.maxCapacity,
      backlogPerTask: backlogIn(children),
    },
  };
}

function dockerfileOf({ dockerfile, context }: Inputs): string {
  return dockerfile ?? `${context}/Dockerfile`;
}

/** The exec form of the last CMD. */
function commandOf(dockerfile: string): string[] | undefined {
  if (!existsSync(dockerfile)) return undefined;
  const found = [...readFileSync(dockerfile, 'utf8').matchAll(/^CMD\s+(\[.*\])\s*$/gim)].at(-1)?.[1];
  return found === undefined ? undefined : JSON.parse(found);
}

function backlogIn(children: readonly Resource[]): number {
  const expressions = children.flatMap(
    ({ inputs }) => (inputs.metricQueries ?? []) as { expression?: string }[],
  );
  const [found] = expressions.flatMap(({ expression = '' }) => backlogOf(expression) ?? []);
  return found as number;
}
