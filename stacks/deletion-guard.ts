import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import type { Settings } from './settings/index.ts';

/**
 * Keeps a protected stack whole when it is destroyed without a preview (`pulumi destroy --skip-preview`). The engine refuses
 * to delete what is protected only when its turn comes, and by then it has deleted what nothing depends on: policies of
 * roles, routes, alarms, the CDN. So this one resource, which is nothing in the cloud, depends on every other one. It
 * is the only one that nothing depends on, its turn is the first, and a protected stack stops there
 * (https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/step_generator.go, `ScheduleDeletes`).
 *
 * No setting replaces it, and it keeps no change from another resource: an order is all that it knows of them.
 *
 * @returns makes the guard; call it last
 */
export function guardDeletion(): (settings: Settings) => void {
  const resources: pulumi.Resource[] = [];
  let isComplete = false;
  pulumi.runtime.registerStackTransformation(({ resource }) => {
    if (!isComplete) resources.push(resource);
    return undefined;
  });
  return (settings) => {
    isComplete = true;
    new random.RandomId(
      'deletion-guard',
      { byteLength: 4 },
      { protect: settings.deletionProtection, dependsOn: resources },
    );
  };
}
