export * from '../../contract/worker-scaling.ts';
export type * from './args.ts';
export { QueueWorker } from './queue-worker.ts';
