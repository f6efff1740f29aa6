import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type FargatePermissionArgs, PrivateBucket, type StaticSite } from '../components/index.ts';
import { mediaPath } from '../contract/site.ts';
import type { Settings } from './settings/index.ts';

/** The bucket of the players' videos. */
export interface Media {
  bucket: PrivateBucket;
  /** Lets the site's CDN read it, and the site's pages upload to it. To be called once: the bucket is made before the
   * service, which needs its name, and the site after that. */
  publish(site: StaticSite): void;
}

/** Objects in the bucket, as IAM and bucket policies write them: keys begin with the path that the CDN serves. */
const objects = mediaPath.slice(1);

export function createMedia(settings: Settings): Media {
  const [reader, setReader] = pulumi.deferredOutput<string>();
  const bucket = new PrivateBucket('media', {
    forceDestroy: !settings.deletionProtection,
    services: [
      {
        service: 'cloudfront.amazonaws.com',
        actions: ['s3:GetObject'],
        paths: [objects],
        listKeys: true,
        sourceArn: reader,
      },
    ],
  });
  return {
    bucket,
    publish: (site) => {
      setReader(site.distributionArn);
      new aws.s3.BucketCorsConfiguration('media', {
        bucket: bucket.bucketName,
        corsRules: [
          {
            allowedMethods: ['PUT'],
            allowedOrigins: [site.url],
            allowedHeaders: ['cache-control', 'content-type'],
            maxAgeSeconds: 3600,
          },
        ],
      });
    },
  };
}

/** What the service does there: it signs uploads, looks whether they arrived, and deletes. */
export function mediaPermissions({ bucket }: Media): FargatePermissionArgs[] {
  return [
    {
      actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      resources: [pulumi.interpolate`${bucket.bucketArn}/${objects}`],
    },
    // Without it S3 says 403 of an object that is not there.
    { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
  ];
}
