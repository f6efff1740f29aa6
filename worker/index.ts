export type { WorkMessage } from './held-message.ts';
export type { LogEntry } from './log.ts';
export { type WorkerOptions, work } from './work.ts';
