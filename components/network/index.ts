export type { NetworkArgs, NetworkEgressRule, NetworkPlacement } from './args.ts';
export { defaultInterfaceEndpoints, egressModes, networkProblems } from './layout.ts';
export { Network } from './network.ts';
export { type VpcInputs, vpcChildren } from './vpc-children.ts';
