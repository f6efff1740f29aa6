import * as pulumi from '@pulumi/pulumi';
import type { PolicyStatement } from '../iam.ts';

/** The actions on a bucket and its objects, without the prefix `s3:`. Uploads in parts are covered by `PutObject`;
 * `AbortMultipartUpload` ends one that failed. */
export const bucketActions = [
  'AbortMultipartUpload',
  'DeleteObject',
  'GetObject',
  'ListBucket',
  'PutObject',
] as const;

export type BucketAction = (typeof bucketActions)[number];

/** `ListBucket` is among them, since S3 answers 403, not 404, for a missing object to those who may not list. */
export const readActions: BucketAction[] = ['GetObject', 'ListBucket'];

export const readWriteActions: BucketAction[] = [
  ...readActions,
  'AbortMultipartUpload',
  'DeleteObject',
  'PutObject',
];

/** The statements that allow `actions` on the objects of these keys, or patterns of keys, and on the bucket. */
export function actionStatements(
  name: string,
  bucketArn: pulumi.Output<string>,
  actions: BucketAction[],
  paths: string[],
): PolicyStatement[] {
  const unknown = actions.filter((action) => !bucketActions.includes(action));
  if (unknown.length > 0 || actions.length === 0) {
    const given = unknown.length > 0 ? `not ${unknown.join(', ')}` : 'at least one';
    throw new Error(
      `PrivateBucket "${name}": a grant takes actions of ${bucketActions.join(', ')}; ${given}`,
    );
  }
  const onObjects = actions.filter((action) => action !== 'ListBucket');
  return [
    ...(onObjects.length === 0
      ? []
      : [
          {
            actions: onObjects.map((action) => `s3:${action}`),
            resources: paths.map((path) => pulumi.interpolate`${bucketArn}/${path}`),
          },
        ]),
    ...(actions.includes('ListBucket') ? [{ actions: ['s3:ListBucket'], resources: [bucketArn] }] : []),
  ];
}
