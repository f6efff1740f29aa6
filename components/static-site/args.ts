import type * as pulumi from '@pulumi/pulumi';

/** What a `StaticSite` serves, and from where. Plain values decide which resources exist; `Input` values may come from
 * other resources. */
export interface StaticSiteArgs {
  /** Directory of the built site, relative to where Pulumi runs (from other languages than TypeScript: absolute); must
   * hold `index.html`. */
  directory: string;
  /** Directories below it in which every file's name changes with its content, such as `index-DiwrgTda.js`: browsers
   * keep those for a year. @default ["assets"], where Vite puts them */
  immutableDirectories?: string[];
  /** `Content-Security-Policy` of the site's files. @default default-src 'self' */
  contentSecurityPolicy?: pulumi.Input<string>;
  /** Answer paths without a file with `/index.html`, as a single-page application needs it, except those below
   * `immutableDirectories`. @default false: 404 */
  singlePage?: boolean;

  /** A service that answers some paths. @default the site answers all */
  service?: StaticSiteServiceArgs;
  /** Further private buckets that answer some paths. @default none */
  buckets?: StaticSiteBucketArgs[];

  /** A domain name for the site. @default CloudFront's */
  domain?: StaticSiteDomainArgs;
  /** A web ACL of AWS WAF, made here; costs 9 USD a month, with `textPaths` 10, and 0.60 per million requests. @default none */
  webAcl?: StaticSiteWebAclArgs;
  /** A web ACL that exists, of scope CLOUDFRONT, in place of one made here. @default none */
  webAclArn?: pulumi.Input<string>;
  /** ARN of the bucket for access logs, written to `AWSLogs/<account>/CloudFront/`; its policy must admit
   * `delivery.logs.amazonaws.com` to that. @default no access logs */
  accessLogsBucketArn?: pulumi.Input<string>;
  /** Where CloudFront serves from: `PriceClass_100` (North America, Europe), `PriceClass_200` (and Asia, Africa) or
   * `PriceClass_All`. @default PriceClass_100 */
  priceClass?: string;
  /** Customer key of the site's bucket, and of the web ACL's log where the key is in us-east-1, as that log is. Its policy
   * must admit CloudFront for distributions of the account. @default AWS's own keys, which are free */
  keyArn?: pulumi.Input<string>;
  /** Let `destroy` empty and delete the bucket. @default false: it must be empty */
  forceDestroy?: boolean;
  /** Tags of every resource that takes them. */
  tags?: { [name: string]: pulumi.Input<string> };
}

/** The service and how CloudFront reaches it: exactly one of `internalLoadBalancer` and `publicEndpoint`. Requests are
 * passed on unchanged. An answer is cached for as long as its `Cache-Control` says, separately for each query, cookies
 * and `Authorization`. An answer without `Cache-Control`, and an error, is not cached. */
export interface StaticSiteServiceArgs {
  /** Path patterns, such as `/api/*`; the first that matches wins. */
  paths: string[];
  /** A load balancer that the internet cannot reach; CloudFront comes in through a VPC origin, which costs nothing. */
  internalLoadBalancer?: StaticSiteLoadBalancerArgs;
  /** A service that the internet can reach, such as an HTTP API. */
  publicEndpoint?: StaticSiteEndpointArgs;
}

/** An internal Application Load Balancer. Its idle timeout must exceed 30 s, for which CloudFront keeps connections. */
export interface StaticSiteLoadBalancerArgs {
  arn: pulumi.Input<string>;
  /** Name that CloudFront connects to: the load balancer's own, or with `https` the one of its certificate. */
  domainName: pulumi.Input<string>;
  /** VPC of the load balancer; it must have an internet gateway, through which nothing is routed. */
  vpcId: pulumi.Input<string>;
  /** Security group of the load balancer; gets a rule that admits CloudFront's own security group of this VPC. */
  securityGroupId: pulumi.Input<string>;
  /** Connect by HTTPS on 443 in place of HTTP on 80; the load balancer needs a certificate for `domainName` that the
   * public trusts. @default false */
  https?: boolean;
}

/** A service with a public address. Callers can reach it without the CDN, so it must trust headers about the client only
 * when the request has the secret. */
export interface StaticSiteEndpointArgs {
  domainName: pulumi.Input<string>;
  /** Connect by HTTPS on 443 rather than HTTP on 80. @default true */
  https?: boolean;
  /** Name of the header that carries `secret`. @default x-origin-secret */
  secretHeader?: string;
  /** The secret by which the service recognizes the CDN. */
  secret: pulumi.Input<string>;
  /** Name of the header in which the CDN writes the viewer's address, over what a caller wrote. @default x-viewer-address */
  viewerAddressHeader?: string;
}

/** A private bucket. Its policy must let `cloudfront.amazonaws.com` get objects for `distributionArn`. */
export interface StaticSiteBucketArgs {
  /** Letters, digits and hyphens; names its resources. */
  name: string;
  /** Path pattern, such as `/media/*`. Keys hold the whole path: `/media/a.mp4` is the key `media/a.mp4`. */
  path: string;
  /** Regional domain name of the bucket. */
  domainName: pulumi.Input<string>;
  /** `Content-Security-Policy` of its objects. @default default-src 'none'; sandbox */
  contentSecurityPolicy?: pulumi.Input<string>;
}

/** A domain name. With `hostedZoneId` alone its certificate and records are created; with `certificateArn` alone you point
 * the name at the distribution yourself. */
export interface StaticSiteDomainArgs {
  name: string;
  /** Further names of the same site, in the same zone; a new certificate has them all, a given one must. All names answer
   * alike: none redirects to another. @default none */
  otherNames?: string[];
  /** Route 53 zone for the records of the name and of the certificate's validation. */
  hostedZoneId?: pulumi.Input<string>;
  /** Certificate of the name, in us-east-1. @default a new one, which needs `hostedZoneId` */
  certificateArn?: pulumi.Input<string>;
}

/** A web ACL with AWS's managed rules (common attacks, known bad inputs, addresses of bad reputation) and a rate limit. */
export interface StaticSiteWebAclArgs {
  /** Requests of one address in five minutes, above which it gets 403 until its rate falls; 10–2,000,000,000.
   * @default 5000 */
  requestsPerFiveMinutes?: number;
  /** Paths whose bodies may hold any text, such as `/api/notes` or all below `/api/notes/*`: `../../` and URLs are allowed
   * there; elsewhere AWS's rules refuse them. @default none; any path adds a rule to the web ACL, 1 USD a month */
  textPaths?: string[];
  /** Days that the log of refused requests is kept. @default 30 */
  logRetentionDays?: number;
}
