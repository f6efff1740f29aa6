import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type BucketServiceArgs, PrivateBucket } from '../components/index.ts';
import type { Settings } from './settings/index.ts';

/** The bucket to which the CDN, and the load balancer of the service called `service`, write their access logs; undefined
 * where neither does. */
export function createAccessLogs(service: string, settings: Settings): PrivateBucket | undefined {
  const services = [
    ...(settings['service.exposure'] === 'http-api' ? [] : [loadBalancerLogs(service)]),
    ...(settings['site.accessLogs'] ? [cdnLogs()] : []),
  ];
  if (services.length === 0) return undefined;
  return new PrivateBucket('access-logs', {
    expireDays: settings['logs.retentionDays'],
    forceDestroy: !settings.deletionProtection,
    services,
  });
}

function loadBalancerLogs(service: string): BucketServiceArgs {
  const { accountId } = aws.getCallerIdentityOutput();
  const { region } = aws.getRegionOutput();
  const { partition } = aws.getPartitionOutput();
  return {
    service: 'logdelivery.elasticloadbalancing.amazonaws.com',
    actions: ['s3:PutObject'],
    paths: [pulumi.interpolate`${service}/AWSLogs/${accountId}/*`],
    sourceArn: pulumi.interpolate`arn:${partition}:elasticloadbalancing:${region}:${accountId}:loadbalancer/*`,
  };
}

/** CloudFront's log deliveries are in us-east-1, whatever region the bucket is in. */
function cdnLogs(): BucketServiceArgs {
  const { accountId } = aws.getCallerIdentityOutput();
  const { partition } = aws.getPartitionOutput();
  return {
    service: 'delivery.logs.amazonaws.com',
    actions: ['s3:PutObject'],
    paths: [pulumi.interpolate`AWSLogs/${accountId}/CloudFront/*`],
    sourceAccount: accountId,
    sourceArn: pulumi.interpolate`arn:${partition}:logs:us-east-1:${accountId}:delivery-source:*`,
  };
}
