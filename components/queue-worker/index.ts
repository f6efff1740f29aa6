export type * from './args.ts';
export { QueueWorker } from './queue-worker.ts';
export * from './scaling.ts';
