import * as aws from '@pulumi/aws';
import { caching } from '../../contract/caching.ts';
import type { EndpointSettings, LoadBalancerSettings, ServiceSettings } from './defaults.ts';
import { findFileCode, viewerAddressCode } from './edge-functions.ts';
import { pathsOf, type SiteFile } from './files.ts';
import { createResponseHeaders } from './response-headers.ts';
import type { Scope } from './scope.ts';
import { createVpcOrigin } from './vpc-origin.ts';

type Behavior = Omit<aws.types.input.cloudfront.DistributionOrderedCacheBehavior, 'pathPattern'>;

/** An origin of CloudFront, the paths that it answers, and how CloudFront handles them. */
export interface Source {
  origin: aws.types.input.cloudfront.DistributionOrigin;
  behavior: Behavior;
  paths: string[];
}

/** Policies that AWS manages; their ids are the same in every account (CloudFront Developer Guide, "Use managed …
 * policies"). An account may have 20 policies of its own of each kind, which would limit the number of stacks. */
const managed = {
  /** Caches by path alone, with gzip and Brotli, for as long as `Cache-Control` says and at least 1 s. */
  cachingOptimized: '658327ea-f89d-4fab-a63d-7e88639e58f6',
  allViewer: '216adef6-5c7f-47e4-b989-5492eafa07d3',
  allViewerExceptHost: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
  securityHeaders: '67f7725c-6f97-4210-82d7-5512b31e9d03',
};

/** Seconds that CloudFront keeps an idle connection to the service. It must be less than the load balancer's time (60 by
 * default), which could otherwise close a connection just as CloudFront sends a request. */
const originKeepaliveTimeout = 30;
/** Seconds that CloudFront waits for an answer of the service. */
const originReadTimeout = 30;

/** The site's own bucket, which answers every path that no other source answers. */
export function siteSource(scope: Scope, bucket: aws.s3.Bucket, access: Access, files: SiteFile[]): Source {
  const { contentSecurityPolicy, immutableDirectories, singlePage } = scope.settings;
  const paths = pathsOf(files, immutableDirectories, singlePage);
  const findFile = createFunction(scope, 'find-file', findFileCode(paths));
  const headers = createResponseHeaders(scope, 'headers', contentSecurityPolicy);
  return bucketSource('site', [], bucket.bucketRegionalDomainName, access, headers, findFile);
}

/** The further buckets. */
export function bucketSources(scope: Scope, access: Access): Source[] {
  return scope.settings.buckets.map(({ name, path, domainName, contentSecurityPolicy }) => {
    const headers = createResponseHeaders(scope, `${name}-headers`, contentSecurityPolicy);
    return bucketSource(`bucket-${name}`, [path], domainName, access, headers);
  });
}

type Access = aws.cloudfront.OriginAccessControl;

function bucketSource(
  originId: string,
  paths: string[],
  domainName: aws.types.input.cloudfront.DistributionOrigin['domainName'],
  access: Access,
  headers: aws.cloudfront.ResponseHeadersPolicy,
  viewerRequest?: aws.cloudfront.Function,
): Source {
  return {
    origin: { originId, domainName, originAccessControlId: access.id },
    behavior: {
      targetOriginId: originId,
      viewerProtocolPolicy: 'redirect-to-https',
      allowedMethods: ['GET', 'HEAD'],
      cachedMethods: ['GET', 'HEAD'],
      cachePolicyId: managed.cachingOptimized,
      responseHeadersPolicyId: headers.id,
      compress: true,
      functionAssociations: associate(viewerRequest),
    },
    paths,
  };
}

/** The service, if there is one. */
export function serviceSources(scope: Scope): Source[] {
  const { service } = scope.settings;
  if (service === undefined) return [];
  const { origin, originRequestPolicyId, viewerRequest } = serviceOrigin(scope, service);
  const behavior: Behavior = {
    targetOriginId: origin.originId,
    viewerProtocolPolicy: 'redirect-to-https',
    allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
    cachedMethods: ['GET', 'HEAD'],
    cachePolicyId: createCachePolicy(scope).id,
    originRequestPolicyId,
    responseHeadersPolicyId: managed.securityHeaders,
    functionAssociations: associate(viewerRequest),
  };
  return [{ origin, behavior, paths: service.paths }];
}

/** A cache policy of our own: the managed ones that follow `Cache-Control` have `Host` in their key, and would send it to
 * an HTTP API, which refuses it. */
function createCachePolicy(scope: Scope): aws.cloudfront.CachePolicy {
  return new aws.cloudfront.CachePolicy(
    `${scope.name}-service`,
    { comment: `Answers of the service behind ${scope.name}`, ...caching.servicePolicy },
    scope.child,
  );
}

function serviceOrigin(scope: Scope, { internalLoadBalancer, publicEndpoint }: ServiceSettings) {
  return internalLoadBalancer === undefined
    ? endpointOrigin(scope, publicEndpoint as EndpointSettings)
    : loadBalancerOrigin(scope, internalLoadBalancer);
}

/** An internal load balancer. CloudFront connects to it from within the VPC, and gives the viewer's address in
 * `X-Forwarded-For`. */
function loadBalancerOrigin(scope: Scope, loadBalancer: LoadBalancerSettings) {
  const vpcOriginId = createVpcOrigin(scope, loadBalancer);
  return {
    origin: {
      originId: 'service',
      domainName: loadBalancer.domainName,
      vpcOriginConfig: { vpcOriginId, originKeepaliveTimeout, originReadTimeout },
    },
    // With TLS the `Host` must be the name of the load balancer's certificate; plain HTTP takes any.
    originRequestPolicyId: loadBalancer.https ? managed.allViewerExceptHost : managed.allViewer,
    viewerRequest: undefined,
  };
}

function endpointOrigin(scope: Scope, endpoint: EndpointSettings) {
  return {
    origin: {
      originId: 'service',
      domainName: endpoint.domainName,
      customHeaders: [{ name: endpoint.secretHeader, value: endpoint.secret }],
      customOriginConfig: {
        httpPort: 80,
        httpsPort: 443,
        originProtocolPolicy: endpoint.https ? 'https-only' : 'http-only',
        originSslProtocols: ['TLSv1.2'],
        originKeepaliveTimeout,
        originReadTimeout,
      },
    },
    // An HTTP API answers 403 to a `Host` other than its own.
    originRequestPolicyId: managed.allViewerExceptHost,
    viewerRequest: createFunction(scope, 'viewer-address', viewerAddressCode(endpoint.viewerAddressHeader)),
  };
}

function createFunction(scope: Scope, role: string, code: string): aws.cloudfront.Function {
  return new aws.cloudfront.Function(
    `${scope.name}-${role}`,
    { runtime: 'cloudfront-js-2.0', comment: `${role} of ${scope.name}`, publish: true, code },
    scope.child,
  );
}

function associate(viewerRequest: aws.cloudfront.Function | undefined): Behavior['functionAssociations'] {
  if (viewerRequest === undefined) return undefined;
  return [{ eventType: 'viewer-request', functionArn: viewerRequest.arn }];
}
