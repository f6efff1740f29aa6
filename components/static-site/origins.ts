import * as aws from '@pulumi/aws';
import { caching } from '../../contract/caching.ts';
import type { EndpointSettings, LoadBalancerSettings, ServiceSettings } from './defaults.ts';
import { findFileCode, viewerAddressCode } from './edge-functions.ts';
import { pathsOf, type SiteFile } from './files.ts';
import { createResponseHeaders } from './response-headers.ts';
import type { Scope } from './scope.ts';
import { createVpcOrigin } from './vpc-origin.ts';

type Behavior = Omit<aws.types.input.cloudfront.DistributionOrderedCacheBehavior, 'pathPattern'>;

/** Where CloudFront gets some paths from, and how it treats them. */
export interface Source {
  origin: aws.types.input.cloudfront.DistributionOrigin;
  behavior: Behavior;
  paths: string[];
}

/** Policies that AWS manages; their ids are the same in every account (CloudFront Developer Guide, "Use managed …
 * policies"). Own ones are limited to 20 of a kind in an account, which would be a limit for the number of stacks. */
const managed = {
  /** By path alone, gzip and Brotli, 1 s at least and as long as `Cache-Control` says. */
  cachingOptimized: '658327ea-f89d-4fab-a63d-7e88639e58f6',
  allViewer: '216adef6-5c7f-47e4-b989-5492eafa07d3',
  allViewerExceptHost: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
  securityHeaders: '67f7725c-6f97-4210-82d7-5512b31e9d03',
};

/** Seconds that CloudFront keeps a connection to the service: less than the load balancer does (60 by default), which
 * would otherwise close one just as a request goes into it. */
const originKeepaliveTimeout = 30;
/** Seconds for an answer of the service. */
const originReadTimeout = 30;

/** The site's own bucket, which answers all that nothing else does. */
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

/** The key of the managed policies that heed `Cache-Control` has `Host`, which would then be sent to an HTTP API. */
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

/** The load balancer sees CloudFront's address in the VPC, and in `X-Forwarded-For` the viewer's before it. */
function loadBalancerOrigin(scope: Scope, loadBalancer: LoadBalancerSettings) {
  const vpcOrigin = createVpcOrigin(scope, loadBalancer);
  return {
    origin: {
      originId: 'service',
      domainName: loadBalancer.domainName,
      vpcOriginConfig: { vpcOriginId: vpcOrigin.id, originKeepaliveTimeout, originReadTimeout },
    },
    // TLS to the load balancer is for its own name, plain HTTP for anything.
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
    // An HTTP API answers 403 to another Host than its own.
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
