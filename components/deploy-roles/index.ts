export type { DeployEnvironmentArgs, DeployRolesArgs } from './args.ts';
export { DeployRoles } from './deploy-roles.ts';
