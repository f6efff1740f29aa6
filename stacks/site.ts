import * as pulumi from '@pulumi/pulumi';
import {
  type FargateService,
  type Network,
  type PrivateBucket,
  StaticSite,
  type StaticSiteArgs,
  type StaticSiteServiceArgs,
} from '../components/index.ts';
import {
  contentSecurityPolicy,
  uploadedContentSecurityPolicy,
  uploadOrigins,
} from '../contract/content-security-policy.ts';
import {
  immutableDirectory,
  mediaPath,
  originHeaders,
  servicePaths,
  siteDirectory,
  textPaths,
} from '../contract/site.ts';
import type { Encryption } from './encryption.ts';
import type { Media } from './media.ts';
import type { OriginSecret } from './origin-secret.ts';
import type { Settings } from './settings/index.ts';

/** The resources behind the CDN. */
export interface Backends {
  encryption: Encryption;
  network: Network;
  service: FargateService;
  originSecret: OriginSecret | undefined;
  media: Media;
  /** Regional domain names of the buckets that pages upload to, or read from, by presigned URL. */
  uploadDomains: pulumi.Input<string>[];
  accessLogs: PrivateBucket | undefined;
}

/** The one entry point of the stack: site, service and media under one name. */
export function createSite(settings: Settings, backends: Backends): StaticSite {
  const { encryption, media, accessLogs, uploadDomains } = backends;
  const site = new StaticSite('site', {
    directory: siteDirectory,
    contentSecurityPolicy: pulumi
      .all(uploadDomains)
      .apply((domains) => contentSecurityPolicy(domains.flatMap(uploadOrigins))),
    immutableDirectories: [immutableDirectory],
    singlePage: true,
    service: { paths: servicePaths, ...originOf(settings, backends) },
    buckets: [
      {
        name: 'media',
        path: mediaPath,
        domainName: media.bucket.bucket.bucketRegionalDomainName,
        contentSecurityPolicy: uploadedContentSecurityPolicy,
      },
    ],
    domain: domainOf(settings),
    webAcl: settings['site.webAcl']
      ? {
          requestsPerFiveMinutes: settings['site.requestsPerFiveMinutes'],
          textPaths,
          logRetentionDays: settings['logs.retentionDays'],
        }
      : undefined,
    // The policy that lets CloudFront write must come first: AWS checks it when the delivery is created.
    accessLogsBucketArn:
      settings['site.accessLogs'] && accessLogs !== undefined
        ? pulumi.all([accessLogs.bucketArn, accessLogs.policy.id]).apply(([arn]) => arn)
        : undefined,
    priceClass: settings['site.priceClass'],
    forceDestroy: !settings.deletionProtection,
    ...encryption,
  });
  media.publish(site);
  return site;
}

function domainOf(settings: Settings): StaticSiteArgs['domain'] {
  const name = settings['site.domainName'];
  if (name === undefined) return undefined;
  return {
    name,
    hostedZoneId: settings['site.hostedZoneId'],
    certificateArn: settings['site.certificateArn'],
  };
}

/** How the CDN reaches the service: by HTTPS where the load balancer has a certificate, which an HTTP API always has. */
function originOf(
  settings: Settings,
  { network, service, originSecret }: Backends,
): Omit<StaticSiteServiceArgs, 'paths'> {
  const domainName = (service.url as pulumi.Output<string>).apply((url) => new URL(url).host);
  const { loadBalancer, entrySecurityGroup } = service;
  const https = loadBalancer === undefined || settings['service.certificateArn'] !== undefined;
  if (originSecret !== undefined) {
    return {
      publicEndpoint: {
        domainName,
        https,
        secret: originSecret.value,
        secretHeader: originHeaders.secret,
        viewerAddressHeader: originHeaders.viewerAddress,
      },
    };
  }
  if (loadBalancer === undefined || entrySecurityGroup === undefined) {
    throw new Error('a service that only the CDN reaches has a load balancer');
  }
  return {
    internalLoadBalancer: {
      arn: loadBalancer.arn,
      domainName,
      vpcId: network.vpcId,
      securityGroupId: entrySecurityGroup.id,
      https,
    },
  };
}
