export { messagesIn } from './alarms.ts';
export type * from './args.ts';
export { consumeStatements } from './permissions.ts';
export { Queue } from './queue.ts';
