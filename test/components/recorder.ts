import * as pulumi from '@pulumi/pulumi';
import { nameOf } from '../../stacks/evaluate/urn.ts';
import { plain } from '../../stacks/evaluate/values.ts';
import type { PlannedResource } from '../../stacks/plan/planned.ts';
import { type Simulated, simulateCall, simulateResource } from '../../stacks/plan/simulate.ts';
import { declaredChildren } from './declared-children.ts';

export interface RecorderOptions {
  project?: string;
  stack?: string;
  region?: string;
  /** Behave as `pulumi preview` does. */
  preview?: boolean;
  /** Every output of every resource is unknown, as in the first preview of a new stack (implies `preview`). */
  unknownOutputs?: boolean;
  /** Overrides what a resource answers, for example to make a deployment fail. */
  simulate?: (type: string, name: string, inputs: Record<string, unknown>) => Partial<Simulated> | undefined;
  /** Overrides what a data source answers. */
  call?: (token: string, inputs: Record<string, unknown>) => Record<string, unknown> | undefined;
}

export interface Recording<T> {
  /** In the order in which they were registered, which may differ from run to run; sort before printing. */
  resources: PlannedResource[];
  outputs: pulumi.Unwrap<T>;
  /** The outputs as the engine would receive them: sorted, secrets and unknown values marked as in inputs. */
  stackOutputs: Record<string, unknown>;
}

/** Runs a program with the Pulumi runtime in mock mode and tells what it registered. Pulumi's runtime is one per
 * process: programs can be recorded one after another, never at the same time. */
export async function record<T>(
  program: () => T | Promise<T>,
  options: RecorderOptions = {},
): Promise<Recording<T>> {
  const { project = 'trellis', stack = 'test', region = 'us-east-1', unknownOutputs = false } = options;
  const resources: PlannedResource[] = [];
  const declared: PlannedResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, transforms }) => {
        declared.push(...(await declaredChildren({ type, name, inputs, region, transforms })));
        const { id, state } = simulateResource(type, name, inputs, region);
        const simulated = {
          id,
          state,
          ...options.simulate?.(type, name, inputs),
        };
        return unknownOutputs ? { id: undefined, state: allUnknown(simulated.state) } : simulated;
      },
      call: ({ token, inputs }) => options.call?.(token, inputs) ?? simulateCall(token, inputs, region),
    },
    project,
    stack,
    options.preview === true || unknownOutputs,
  );
  let stackOutputs: Record<string, unknown> = {};
  observe(
    (request) => resources.push(describe(request)),
    (request) => {
      if (isStack(request.getUrn()))
        stackOutputs = plain(request.getOutputs().toJavaScript()) as typeof stackOutputs;
    },
  );
  const outputs = (await withoutTraces(() =>
    pulumi.runtime.runInPulumiStack(async () => await program()),
  )) as pulumi.Unwrap<T>;
  await pulumi.runtime.disconnect();
  const registered = resources.filter(({ type }) => type !== 'pulumi:pulumi:Stack');
  return { resources: [...registered, ...declared], outputs, stackOutputs };
}

/** Pulumi keeps a stack trace for every promise, which is half of the time that a stack takes; DEBUG brings them back. */
async function withoutTraces<T>(work: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error;
  if (process.env.DEBUG === undefined) Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The fields of Pulumi's RegisterResourceRequest that we read. Mocks see no resource options, the wire does. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getObject(): { toJavaScript(): Record<string, unknown> };
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getAliasesList(): unknown[];
  getDependenciesList(): string[];
}

interface OutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> };
}

interface Monitor {
  registerResource(request: RegisterRequest, callback: unknown): unknown;
  registerResourceOutputs(request: OutputsRequest, callback: unknown): unknown;
}

function observe(resource: (request: RegisterRequest) => void, outputs: (request: OutputsRequest) => void) {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResource = (request, callback) => {
    resource(request);
    return register(request, callback);
  };
  monitor.registerResourceOutputs = (request, callback) => {
    outputs(request);
    return registerOutputs(request, callback);
  };
}

function describe(request: RegisterRequest): PlannedResource {
  return {
    type: request.getType(),
    name: request.getName(),
    ...parentOf(request.getParent()),
    inputs: plain(request.getObject().toJavaScript()) as Record<string, unknown>,
    options: {
      ...(request.getProtect() ? { protect: true } : {}),
      ...(request.getRetainondelete() ? { retainOnDelete: true } : {}),
      ...(request.getDeletebeforereplace() ? { deleteBeforeReplace: true } : {}),
      ...listed('ignoreChanges', request.getIgnorechangesList()),
      ...listed('replaceOnChanges', request.getReplaceonchangesList()),
      ...(request.getAliasesList().length > 0 ? { aliases: request.getAliasesList().length } : {}),
      ...listed('dependsOn', request.getDependenciesList().map(nameOf).sort()),
    },
  };
}

function listed(key: string, values: string[]): Record<string, string[]> {
  return values.length === 0 ? {} : { [key]: values };
}

function parentOf(urn: string): Pick<PlannedResource, 'parent' | 'parentType'> {
  if (urn === '' || isStack(urn)) return { parent: null, parentType: null };
  return { parent: nameOf(urn), parentType: urn.split('::')[2]?.split('$').at(-1) ?? null };
}

function isStack(urn: string): boolean {
  return urn.includes('::pulumi:pulumi:Stack::');
}

function allUnknown(state: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(state).map((key) => [key, pulumi.runtime.unknownValue]));
}
