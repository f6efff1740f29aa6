export type * from './args.ts';
export { JobQueue } from './job-queue.ts';
