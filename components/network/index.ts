export type { NetworkArgs, NetworkEgressRule, NetworkPlacement } from './args.ts';
export {
  defaultInterfaceEndpoints,
  egressModes,
  isZone,
  jobEgressModes,
  networkProblems,
} from './layout.ts';
export { Network } from './network.ts';
