export type * from './args.ts';
export { ScheduledTask } from './scheduled-task.ts';
