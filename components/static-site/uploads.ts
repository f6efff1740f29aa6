import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { SiteFile } from './files.ts';
import type { Scope } from './scope.ts';

/**
 * Uploads the files whose content has changed, pages last, so that no page asks for a file that is not there yet. Then
 * files that the release no longer has are deleted, except immutable ones: a browser that still shows an old page may
 * ask for them.
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
