export type * from './args.ts';
export { CustomerKey } from './customer-key.ts';
export { alarmKeyPolicy } from './policy.ts';
