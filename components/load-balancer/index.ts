export type * from './args.ts';
export { LoadBalancer, openingsOf, ownStack } from './load-balancer.ts';
export { lastPriority, nextFree, prioritiesPerService, priorityOf, take, takenBy } from './priorities.ts';
export { checkBalancerName, entryProblems, loadBalancerProblems, longestName } from './validate.ts';
