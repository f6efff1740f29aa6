/** What tasks of services and jobs have in common: both are containers on Fargate. */
export type * from './args.ts';
export { byName, canonicalJson, volumeName } from './container.ts';
export { dualStackImage, dualStackVariable } from './dual-stack.ts';
export {
  createTaskSecurityGroup,
  imageDefaults,
  isIpv6,
  placementDefaults,
  runtimePlatform,
} from './placement.ts';
export { attachExecutionPolicy, readSecrets, startStatements, taskTrust } from './roles.ts';
export { checkSize, nearestSizes, sizes } from './size.ts';
export { checkAddressType, checkArchitecture, containerProblems, egressProblems } from './validate.ts';
