import * as aws from '@pulumi/aws';
import { edgeRegion, type Scope } from './scope.ts';

/** Access logs by CloudFront's standard logging v2. The older kind would need a bucket with access control lists. */
export function createAccessLogs(scope: Scope, distribution: aws.cloudfront.Distribution): void {
  const { accessLogsBucketArn } = scope.settings;
  if (accessLogsBucketArn === undefined) return;
  const source = new aws.cloudwatch.LogDeliverySource(
    `${scope.name}-access-logs`,
    { region: edgeRegion, logType: 'ACCESS_LOGS', resourceArn: distribution.arn, tags: scope.tags },
    scope.child,
  );
  const destination = new aws.cloudwatch.LogDeliveryDestination(
    `${scope.name}-access-logs`,
    {
      region: edgeRegion,
      outputFormat: 'json',
      deliveryDestinationConfiguration: { destinationResourceArn: accessLogsBucketArn },
      tags: scope.tags,
    },
    scope.child,
  );
  new aws.cloudwatch.LogDelivery(
    `${scope.name}-access-logs`,
    {
      region: edgeRegion,
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.arn,
      tags: scope.tags,
    },
    scope.child,
  );
}
