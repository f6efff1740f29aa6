import type * as pulumi from '@pulumi/pulumi';

/** A bucket that only the account, and services that it names, can reach. */
export interface PrivateBucketArgs {
  /** Physical name. @default the Pulumi name and a random suffix */
  bucketName?: pulumi.Input<string>;
  /** Keep overwritten and deleted versions for `expireOldVersionsDays`. @default true */
  versioning?: boolean;
  /** Days until objects are deleted, 1–36500. @default they stay */
  expireDays?: number;
  /** Prefixes whose objects `expireDays` is about, such as `incoming/`; others stay. @default all objects */
  expirePrefixes?: string[];
  /** Days until overwritten and deleted versions are gone for good, 1–36500. @default 30 */
  expireOldVersionsDays?: number;
  /** Let `destroy` delete the bucket with all that is in it. @default false: it must be empty */
  forceDestroy?: boolean;
  /** Customer key of new objects, with a bucket key: S3 asks KMS for one of the bucket and not for each object. Objects
   * that exist keep theirs. Principals and `services` need permissions on it. @default S3's own key, which is free */
  keyArn?: pulumi.Input<string>;
  /** Services of AWS that may use the bucket. @default none */
  services?: BucketServiceArgs[];
  tags?: { [name: string]: pulumi.Input<string> };
}

/** What a service of AWS may do with the objects under some paths, and for which resource or account. */
export interface BucketServiceArgs {
  /** For example `cloudfront.amazonaws.com`. */
  service: string;
  /** For example `s3:GetObject`. */
  actions: string[];
  /** Keys, or patterns of keys, such as `logs/*`. */
  paths: pulumi.Input<string>[];
  /** Whether it may list all keys too. Without that S3 answers 403, not 404, for an object that is not there. @default false */
  listKeys?: boolean;
  /** The resource, or pattern of resources, for which the service may act. @default any */
  sourceArn?: pulumi.Input<string>;
  /** The account for which the service may act. @default any */
  sourceAccount?: pulumi.Input<string>;
}
