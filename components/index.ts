/** The component library. A component reads no stack configuration; of the app it knows what contract/ says, and the
 * workflows that it uses unless it is given others. */
export * from './container-image/index.ts';
export { CustomerKey, type CustomerKeyArgs } from './customer-key/index.ts';
export * from './data-store/index.ts';
export * from './deploy-roles/index.ts';
export * from './fargate-service/index.ts';
export type * from './fargate-task/index.ts';
export * from './ingest-pipeline/index.ts';
export * from './job-queue/index.ts';
export {
  entryProblems,
  LoadBalancer,
  type LoadBalancerArgs,
  type LoadBalancerListenerArgs,
} from './load-balancer/index.ts';
export * from './monitoring/index.ts';
export * from './network/index.ts';
export * from './private-bucket/index.ts';
export {
  Queue,
  type QueueArgs,
  type QueueReference,
  type QueueReferenceArgs,
  type QueueServiceArgs,
} from './queue/index.ts';
export { QueueWorker, type QueueWorkerArgs } from './queue-worker/index.ts';
export * from './scan-pipeline/index.ts';
export * from './scheduled-task/index.ts';
export * from './secret/index.ts';
export * from './static-site/index.ts';
