import * as pulumi from '@pulumi/pulumi';
import type { Settings } from './settings/index.ts';

/**
 * Gives every role of the stack the permissions boundary and the path to which a deploy role is limited
 * (components/deploy-roles). AWS cannot change a path, so setting it replaces the roles of a stack that exists.
 */
export function boundEveryRole(settings: Settings): void {
  const permissionsBoundary = settings['roles.boundary'];
  if (permissionsBoundary === undefined) return;
  const path = `/${pulumi.getProject()}/${pulumi.getStack()}/`;
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type === 'aws:iam/role:Role' ? { props: { ...props, path, permissionsBoundary }, opts } : undefined,
  );
}
