import * as pulumi from '@pulumi/pulumi';
import { evaluationOf, organization, type Target } from './evaluation.ts';
import { type Method, methodsOf } from './methods.ts';
import { Monitor } from './monitor.ts';
import type { Cloud, Evaluation } from './registered.ts';

/**
 * Evaluates this program within this process; the SDK calls the monitor's methods without gRPC, as it calls a test's
 * mocks. Pulumi's runtime is one per process: such evaluations go one after another.
 */
export async function evaluateInline(
  program: () => Promise<unknown>,
  { project, stack, config, secretKeys }: Target,
  cloud: Cloud,
): Promise<Evaluation> {
  const monitor = new Monitor(project, stack, cloud);
  const failures: Error[] = [];
  const methods = client(methodsOf(monitor), (error) => failures.push(error));
  pulumi.runtime.setMockOptions(methods, project, stack, true, organization);
  pulumi.runtime.setAllConfig({ ...config }, [...secretKeys]);
  try {
    await withoutTraces(async () => {
      await pulumi.runtime.runInPulumiStack(program);
      await pulumi.runtime.disconnect(true);
    });
  } finally {
    pulumi.runtime.disconnectSync();
    monitor.close();
  }
  // The SDK leaves out a resource whose registration failed, and all that need it.
  if (failures[0] !== undefined) throw failures[0];
  return evaluationOf(monitor);
}

type Answered = (error: Error | null, response?: unknown) => void;

function client(
  methods: Record<string, Method>,
  onFailedRegistration: (error: Error) => void,
): Record<string, (request: unknown, callback: Answered) => void> {
  const called = Object.entries(methods).map(([name, method]) => [
    name,
    (request: unknown, callback: Answered) => {
      method(request).then(
        (response) => callback(null, response),
        (error) => {
          if (name === 'registerResource' || name === 'readResource') onFailedRegistration(error);
          callback(error);
        },
      );
    },
  ]);
  return Object.fromEntries(called);
}

/**
 * Pulumi keeps a stack trace for every promise and of every resource, which is half of the time that a stack takes; DEBUG
 * brings them back. It raises the limit for those of resources, so that setting the limit has no effect meanwhile.
 */
async function withoutTraces(work: () => Promise<void>): Promise<void> {
  if (process.env.DEBUG !== undefined) return work();
  const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') as PropertyDescriptor;
  Object.defineProperty(Error, 'stackTraceLimit', { configurable: true, get: () => 0, set: () => undefined });
  try {
    await work();
  } finally {
    Object.defineProperty(Error, 'stackTraceLimit', limit);
  }
}
