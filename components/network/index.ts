export type { NetworkArgs, NetworkEgressRule } from './args.ts';
export { defaultInterfaceEndpoints, egressModes, retentionDays } from './layout.ts';
export { Network } from './network.ts';
export { type VpcInputs, vpcChildren } from './vpc-children.ts';
