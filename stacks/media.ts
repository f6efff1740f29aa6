import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type FargatePermissionArgs, PrivateBucket, type StaticSite } from '../components/index.ts';
import { mediaPath } from '../contract/site.ts';
import type { Encryption } from './encryption.ts';
import type { Settings } from './settings/index.ts';

/** The bucket of the players' videos. */
export interface Media {
  bucket: PrivateBucket;
  /** Lets the site's CDN read it, and the site's pages upload to it. Call it once, after the site has been created: the
   * bucket comes before the service, which needs its name, and the site comes after the service. */
  publish(site: StaticSite): void;
}

/** Pattern of the objects' keys for policies. Keys begin with the path that the CDN serves. */
const objects = mediaPath.slice(1);

export function createMedia(settings: Settings, encryption: Encryption): Media {
  const [reader, setReader] = pulumi.deferredOutput<string>();
  const bucket = new PrivateBucket('media', {
    forceDestroy: !settings.deletionProtection,
    ...encryption,
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

/** The service's permissions: it signs uploads, checks whether they have arrived, and deletes videos. */
export function mediaPermissions({ bucket }: Media): FargatePermissionArgs[] {
  return bucket.statements(['DeleteObject', 'GetObject', 'ListBucket', 'PutObject'], [objects]);
}
