export type * from './args.ts';
export { defaultMaxVcpus } from './defaults.ts';
export { JobQueue } from './job-queue.ts';
