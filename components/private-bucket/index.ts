export type { BucketServiceArgs, PrivateBucketArgs } from './args.ts';
export { type BucketAction, bucketActions } from './permissions.ts';
export { PrivateBucket } from './private-bucket.ts';
