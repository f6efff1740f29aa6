import { randomUUID } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import { regionOf } from './check.ts';
import { ecsClient } from './client.ts';
import { failureAfterError } from './judge.ts';
import { providerSettings } from './provider.ts';

/**
 * Says why a release failed when the provider fails the update: it stops the program, so that the check cannot run, and
 * prints no more than the deployment's status. The engine calls the hook, and hooks of errors exist since Pulumi 3.244.
 *
 * @param component names the hook, and has the provider
 */
export function explainFailure(name: string, component: pulumi.Resource): pulumi.ErrorHook[] {
  if (!knowsErrorHooks()) return [];
  // Hooks of one deployment share their names, also those of components in other processes.
  const hook = new pulumi.ErrorHook(`${name}-release-${randomUUID()}`, async (failed) => {
    if (failed.failedOperation !== 'delete') await explain(component, failed);
    return false;
  });
  return [hook];
}

async function explain(component: pulumi.Resource, { newInputs = {} }: pulumi.ErrorHookArgs): Promise<void> {
  const [settings, inputs] = await Promise.all([resolved(providerSettings(component)), resolved(newInputs)]);
  const { cluster, name: service, taskDefinition } = inputs as Record<string, string>;
  if (cluster === undefined || service === undefined || taskDefinition === undefined) return;
  const ecs = await ecsClient(settings, regionOf(cluster));
  try {
    const failure = await failureAfterError(ecs, { cluster, service, taskDefinition });
    if (failure !== undefined) await pulumi.log.error(failure, component);
  } catch (error) {
    // The provider's own error follows, and must not be replaced by this one.
    await pulumi.log.warn(`why the release failed could not be read: ${(error as Error).message}`, component);
  } finally {
    ecs.destroy();
  }
}

function resolved<T>(output: pulumi.Input<T>): Promise<T> {
  return new Promise((resolve) => void pulumi.output(output).apply((value) => resolve(value as T)));
}

/** Whether the engine at the other end runs such hooks: an older one refuses a resource that has one, and mocks have none. */
function knowsErrorHooks(): boolean {
  const monitor = pulumi.runtime.getMonitor() as { registerErrorHook?: unknown } | undefined;
  const { asyncLocalStorage, globalStore } = globalThis as unknown as {
    asyncLocalStorage?: { getStore(): Store | undefined };
    globalStore?: Store;
  };
  const store = asyncLocalStorage?.getStore() ?? globalStore;
  return typeof monitor?.registerErrorHook === 'function' && store?.supportsErrorHooks === true;
}

/** What Pulumi's SDK knows of the engine; it declares where it keeps that, and not what it keeps. */
interface Store {
  supportsErrorHooks?: boolean;
}
