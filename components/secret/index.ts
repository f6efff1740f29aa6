export type { SecretArgs } from './args.ts';
export { Secret } from './secret.ts';
