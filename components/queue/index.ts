export { messagesIn } from './alarms.ts';
export type * from './args.ts';
export { Queue } from './queue.ts';
