import type { Inputs, Level, Resources, Rule } from './rule.ts';

const distribution = 'aws:cloudfront/distribution:Distribution';
const webAcl = 'aws:wafv2/webAcl:WebAcl';

function cdn(ids: string[], level: Level, requires: string, holds: (inputs: Inputs) => boolean): Rule {
  return { ids, level, requires, violations: (resources) => resources.failing(distribution, holds) };
}

function behaviors({ defaultCacheBehavior, orderedCacheBehaviors = [] }: Inputs): Inputs[] {
  return [defaultCacheBehavior, ...orderedCacheBehaviors];
}

/** Whether a response headers policy, of the stack or managed by AWS, makes browsers stay with HTTPS. */
function demandsHttps(resources: Resources, policyId: unknown): boolean {
  const managedSecurityHeaders = '67f7725c-6f97-4210-82d7-5512b31e9d03';
  return (
    policyId === managedSecurityHeaders ||
    resources
      .of('aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy')
      .some(
        ({ name, inputs }) =>
          String(policyId).startsWith(`${name}-`) &&
          (inputs as Inputs).securityHeadersConfig?.strictTransportSecurity?.accessControlMaxAgeSec >=
            31_536_000,
      )
  );
}

/** Resources of a type that no `companion` refers to by ARN. */
function unserved(resources: Resources, type: string, companion: string, by: string): string[] {
  const served = resources.of(companion).map(({ inputs }) => String(inputs[by]));
  // A distribution's id begins with an E, in the plan as in AWS.
  return resources.failing(type, (_, { name }) => served.some((arn) => new RegExp(`/E?${name}-`).test(arn)));
}

export const cdnRules: Rule[] = [
  cdn(['CloudFront.3'], 'baseline', 'viewers get nothing over plain HTTP', (inputs) =>
    behaviors(inputs).every(({ viewerProtocolPolicy }) =>
      ['redirect-to-https', 'https-only'].includes(viewerProtocolPolicy),
    ),
  ),
  cdn(
    ['CKV_AWS_174', 'CloudFront.8'],
    'production',
    'an own domain is served over TLS 1.2 or later',
    ({ aliases = [], viewerCertificate }) =>
      aliases.length === 0 || /^TLSv1\.[23]_/.test(viewerCertificate?.minimumProtocolVersion ?? ''),
  ),
  cdn(['CloudFront.13'], 'baseline', 'CloudFront signs its requests to buckets', ({ origins = [] }) =>
    origins.every(
      ({ domainName, originAccessControlId }: Inputs) =>
        !/\.s3[.-]/.test(domainName) || originAccessControlId !== undefined,
    ),
  ),
  cdn(
    ['CloudFront.1'],
    'baseline',
    'the root is an object, not a listing',
    ({ defaultRootObject = '' }) => defaultRootObject !== '',
  ),
  {
    ids: ['CKV2_AWS_32'],
    level: 'baseline',
    requires: 'every answer makes browsers stay with HTTPS',
    violations: (resources) =>
      resources.failing(distribution, (inputs) =>
        behaviors(inputs).every(({ responseHeadersPolicyId }) =>
          demandsHttps(resources, responseHeadersPolicyId),
        ),
      ),
  },
  {
    ids: ['CloudFront.5'],
    level: 'production',
    requires: 'access to the CDN is logged',
    violations: (resources) =>
      unserved(resources, distribution, 'aws:cloudwatch/logDeliverySource:LogDeliverySource', 'resourceArn'),
  },
  cdn(['CloudFront.6'], 'production', 'a web ACL protects the CDN', ({ webAclId }) => webAclId !== undefined),
  cdn(
    ['CloudFront.9', 'CloudFront.10'],
    'production',
    'the way to an origin is TLS 1.2, a VPC origin or AWS’s own',
    ({ origins = [] }) =>
      origins.every(
        ({ customOriginConfig: custom }: Inputs) =>
          custom === undefined ||
          (custom.originProtocolPolicy === 'https-only' &&
            JSON.stringify(custom.originSslProtocols) === '["TLSv1.2"]'),
      ),
  ),
  cdn(
    ['own-origin-secret'],
    'baseline',
    'an origin that can be reached without the CDN gets a secret header, kept secret',
    ({ origins = [] }) =>
      origins.every(
        ({ customOriginConfig, customHeaders = [] }: Inputs) =>
          customOriginConfig === undefined || customHeaders.some(({ value }: Inputs) => value === '[secret]'),
      ),
  ),
  {
    ids: ['WAF.11'],
    level: 'production',
    requires: 'a web ACL logs what it refuses',
    violations: (resources) =>
      unserved(
        resources,
        webAcl,
        'aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration',
        'resourceArn',
      ),
  },
  {
    ids: ['WAF.12'],
    level: 'production',
    requires: 'every rule of a web ACL has metrics',
    violations: (resources) =>
      resources.failing(webAcl, (inputs) =>
        [inputs, ...(inputs.rules ?? [])].every(
          ({ visibilityConfig }: Inputs) => visibilityConfig?.cloudwatchMetricsEnabled === true,
        ),
      ),
  },
];
