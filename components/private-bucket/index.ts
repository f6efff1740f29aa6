export type { BucketServiceArgs, PrivateBucketArgs } from './args.ts';
export { PrivateBucket } from './private-bucket.ts';
