import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { SiteFile } from './files.ts';
import type { Scope } from './scope.ts';

/**
 * Uploads what has changed, by content: first everything that pages ask for, then the pages, so that no page ever asks
 * for what is not there yet. What a release no longer has is deleted after that, but for immutable files, which stay in
 * the bucket: somebody still looks at the old page.
 */
export function uploadFiles(scope: Scope, bucket: aws.s3.Bucket, files: SiteFile[]): void {
  const assets = files.filter(({ isPage }) => !isPage).map((file) => upload(scope, bucket, file, []));
  for (const page of files.filter(({ isPage }) => isPage)) upload(scope, bucket, page, assets);
}

function upload(scope: Scope, bucket: aws.s3.Bucket, file: SiteFile, dependsOn: pulumi.Resource[]) {
  return new aws.s3.BucketObjectv2(
    `${scope.name}-${file.key}`,
    {
      bucket: bucket.bucket,
      key: file.key,
      source: new pulumi.asset.FileAsset(file.path),
      sourceHash: file.hash,
      contentType: file.contentType,
      cacheControl: file.cacheControl,
    },
    { ...scope.child, dependsOn, retainOnDelete: file.isImmutable },
  );
}
