/** What a container on Fargate has, as a task of a service and as a job. */
export type * from './args.ts';
export { byName, canonicalJson, volumeName } from './container.ts';
export {
  createTaskSecurityGroup,
  imageDefaults,
  placementDefaults,
  runtimePlatform,
} from './placement.ts';
export { readSecrets, startStatements, taskTrust } from './roles.ts';
export { checkSize, nearestSizes, sizes } from './size.ts';
export { checkArchitecture, containerProblems, egressProblems } from './validate.ts';
