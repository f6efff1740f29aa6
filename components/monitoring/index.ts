export { AlarmTopic } from './alarm-topic.ts';
export type * from './alarm-topic-args.ts';
export type * from './args.ts';
export { Monitoring } from './monitoring.ts';
