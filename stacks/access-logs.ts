import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { PrivateBucket } from '../components/index.ts';
import type { Settings } from './settings/index.ts';

/** Where the load balancer of the service called `service` writes its access logs; none without a load balancer. */
export function createAccessLogs(service: string, settings: Settings): PrivateBucket | undefined {
  if (settings['service.exposure'] === 'http-api') return undefined;
  const { accountId } = aws.getCallerIdentityOutput();
  const { region } = aws.getRegionOutput();
  const { partition } = aws.getPartitionOutput();
  return new PrivateBucket('access-logs', {
    expireDays: settings['logs.retentionDays'],
    forceDestroy: !settings.deletionProtection,
    services: [
      {
        service: 'logdelivery.elasticloadbalancing.amazonaws.com',
        actions: ['s3:PutObject'],
        paths: [pulumi.interpolate`${service}/AWSLogs/${accountId}/*`],
        sourceArn: pulumi.interpolate`arn:${partition}:elasticloadbalancing:${region}:${accountId}:loadbalancer/*`,
      },
    ],
  });
}
