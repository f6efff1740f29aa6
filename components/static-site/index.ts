export type {
  StaticSiteArgs,
  StaticSiteBucketArgs,
  StaticSiteDomainArgs,
  StaticSiteEndpointArgs,
  StaticSiteLoadBalancerArgs,
  StaticSiteServiceArgs,
  StaticSiteWebAclArgs,
} from './args.ts';
export { StaticSite } from './static-site.ts';
export { checkCertificateOf } from './validate.ts';
