import type { Breach } from './breaches.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests write any shape.
type Inputs = Record<string, any>;

const cdn = (change: (inputs: Inputs) => unknown, more: Partial<Breach> = {}): Breach => ({
  type: 'aws:cloudfront/distribution:Distribution',
  name: 'site-cdn',
  change,
  ...more,
});
const origin = (inputs: Inputs, id: string): Inputs =>
  inputs.origins.find(({ originId }: Inputs) => originId === id);
const publicOrigin = { stack: 'dev' } as const;

/** Of the rules about the CDN and what protects it. */
export const cdnBreaches: Record<string, Breach> = {
  'CloudFront.3': cdn((inputs) => {
    inputs.orderedCacheBehaviors[1].viewerProtocolPolicy = 'allow-all';
  }),
  CKV_AWS_174: cdn(
    (inputs) => {
      inputs.viewerCertificate.minimumProtocolVersion = 'TLSv1';
    },
    { config: ['site.domainName=www.example.com', 'site.hostedZoneId=Z1'] },
  ),
  'CloudFront.13': cdn((inputs) => {
    delete origin(inputs, 'bucket-media').originAccessControlId;
  }),
  'CloudFront.1': cdn((inputs) => {
    inputs.defaultRootObject = '';
  }),
  CKV2_AWS_32: cdn((inputs) => {
    delete inputs.orderedCacheBehaviors[0].responseHeadersPolicyId;
  }),
  'CloudFront.5': {
    type: 'aws:cloudwatch/logDeliverySource:LogDeliverySource',
    name: 'site-access-logs',
    change: () => 'remove',
    reported: 'site-cdn',
  },
  'CloudFront.6': cdn((inputs) => {
    delete inputs.webAclId;
  }),
  'CloudFront.9': cdn((inputs) => {
    origin(inputs, 'service').customOriginConfig.originProtocolPolicy = 'match-viewer';
  }, publicOrigin),
  'own-origin-secret': cdn((inputs) => {
    origin(inputs, 'service').customHeaders[0].value = 'open sesame';
  }, publicOrigin),
  'WAF.11': {
    type: 'aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration',
    name: 'site-acl',
    change: () => 'remove',
  },
  'WAF.12': {
    type: 'aws:wafv2/webAcl:WebAcl',
    name: 'site-acl',
    change: (inputs) => {
      inputs.rules[0].visibilityConfig.cloudwatchMetricsEnabled = false;
    },
  },
};
