import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { PrivateBucket } from '../private-bucket/index.ts';
import type { Scope } from './defaults.ts';

/** The bucket, which sends an event to EventBridge for every object that arrives. */
export function createBucket(scope: Scope): PrivateBucket {
  const { name, settings, tags, child } = scope;
  const { expireDays, forceDestroy, prefix, outputPrefixes, keptPrefixes } = settings;
  const isInPart = expireDays !== undefined && keptPrefixes.length > 0;
  const expirePrefixes = isInPart ? [prefix, ...outputPrefixes] : undefined;
  const bucket = new PrivateBucket(
    `${name}-files`,
    {
      expireDays,
      expirePrefixes,
      forceDestroy,
      ...(settings.keyArn === undefined ? {} : { keyArn: settings.keyArn }),
      tags,
    },
    child,
  );
  new aws.s3.BucketNotification(
    `${name}-notification`,
    { bucket: bucket.bucketName, eventbridge: true },
    child,
  );
  if (settings.origins !== undefined) createCors(scope, bucket.bucketName, settings.origins);
  return bucket;
}

/** Lets pages of these origins upload and read by presigned URLs. A bucket has one such configuration. */
export function createCors(
  { name, child }: Scope,
  bucket: pulumi.Input<string>,
  origins: pulumi.Input<string>[],
): void {
  new aws.s3.BucketCorsConfiguration(
    `${name}-cors`,
    {
      bucket,
      corsRules: [
        {
          allowedMethods: ['GET', 'PUT'],
          allowedOrigins: origins,
          // The signature decides which headers a request needs.
          allowedHeaders: ['*'],
          // To complete an upload in parts, the page needs the ETag of each part.
          exposeHeaders: ['ETag'],
          maxAgeSeconds: 3600,
        },
      ],
    },
    child,
  );
}
