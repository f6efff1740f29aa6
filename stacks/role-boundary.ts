import * as pulumi from '@pulumi/pulumi';
import type { Settings } from './settings/index.ts';

/**
 * Puts every role of the stack under the permissions boundary and the path that a deploy role is limited to
 * (components/deploy-roles). A path cannot be changed: roles of a stack that exists are replaced.
 */
export function boundEveryRole(settings: Settings): void {
  const permissionsBoundary = settings['roles.boundary'];
  if (permissionsBoundary === undefined) return;
  const path = `/${pulumi.getProject()}/${pulumi.getStack()}/`;
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type === 'aws:iam/role:Role' ? { props: { ...props, path, permissionsBoundary }, opts } : undefined,
  );
}
