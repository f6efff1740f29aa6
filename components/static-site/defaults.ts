import { defaultRetentionDays } from '../validation.ts';
import type { StaticSiteArgs } from './args.ts';

/** The arguments with every default filled in. The defaults of the component live here and nowhere else. */
export type Settings = ReturnType<typeof withDefaults>;
export type ServiceSettings = NonNullable<Settings['service']>;
export type LoadBalancerSettings = NonNullable<ServiceSettings['internalLoadBalancer']>;
export type EndpointSettings = NonNullable<ServiceSettings['publicEndpoint']>;
export type BucketSettings = Settings['buckets'][number];
export type WebAclSettings = NonNullable<Settings['webAcl']>;

export function withDefaults(args: StaticSiteArgs) {
  return {
    ...args,
    immutableDirectories: args.immutableDirectories ?? ['assets'],
    contentSecurityPolicy: args.contentSecurityPolicy ?? "default-src 'self'",
    singlePage: args.singlePage ?? false,
    service: args.service === undefined ? undefined : serviceDefaults(args.service),
    buckets: (args.buckets ?? []).map((bucket) => ({
      ...bucket,
      contentSecurityPolicy: bucket.contentSecurityPolicy ?? "default-src 'none'; sandbox",
    })),
    domain:
      args.domain === undefined ? undefined : { ...args.domain, otherNames: args.domain.otherNames ?? [] },
    webAcl:
      args.webAcl === undefined
        ? undefined
        : {
            requestsPerFiveMinutes: args.webAcl.requestsPerFiveMinutes ?? 5000,
            textPaths: args.webAcl.textPaths ?? [],
            logRetentionDays: args.webAcl.logRetentionDays ?? defaultRetentionDays,
          },
    priceClass: args.priceClass ?? 'PriceClass_100',
    forceDestroy: args.forceDestroy ?? false,
    tags: args.tags ?? {},
  };
}

function serviceDefaults({
  paths,
  internalLoadBalancer,
  publicEndpoint,
}: NonNullable<StaticSiteArgs['service']>) {
  return {
    paths,
    internalLoadBalancer:
      internalLoadBalancer === undefined
        ? undefined
        : { ...internalLoadBalancer, https: internalLoadBalancer.https ?? false },
    publicEndpoint:
      publicEndpoint === undefined
        ? undefined
        : {
            ...publicEndpoint,
            https: publicEndpoint.https ?? true,
            secretHeader: publicEndpoint.secretHeader ?? 'x-origin-secret',
            viewerAddressHeader: publicEndpoint.viewerAddressHeader ?? 'x-viewer-address',
          },
  };
}
