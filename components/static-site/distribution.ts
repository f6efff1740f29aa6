import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { caching } from '../../contract/caching.ts';
import type { Source } from './origins.ts';
import type { Scope } from './scope.ts';

export interface DistributionParts {
  /** Answers every path that matches none of `others`. */
  site: Source;
  others: Source[];
  certificateArn: pulumi.Input<string> | undefined;
  webAclArn: pulumi.Input<string> | undefined;
}

/** The CDN. An update returns once every edge has it. */
export function createDistribution(scope: Scope, parts: DistributionParts): aws.cloudfront.Distribution {
  const { settings } = scope;
  const { site, others, certificateArn, webAclArn } = parts;
  return new aws.cloudfront.Distribution(
    `${scope.name}-cdn`,
    {
      comment: scope.name,
      enabled: true,
      httpVersion: 'http2and3',
      isIpv6Enabled: true,
      priceClass: settings.priceClass,
      aliases:
        settings.domain === undefined ? undefined : [settings.domain.name, ...settings.domain.otherNames],
      viewerCertificate:
        certificateArn === undefined
          ? { cloudfrontDefaultCertificate: true }
          : {
              acmCertificateArn: certificateArn,
              sslSupportMethod: 'sni-only',
              minimumProtocolVersion: 'TLSv1.2_2021',
            },
      webAclId: webAclArn,
      defaultRootObject: 'index.html',
      origins: [site, ...others].map(({ origin }) => origin),
      defaultCacheBehavior: site.behavior,
      orderedCacheBehaviors: others.flatMap(({ behavior, paths }) =>
        paths.map((pathPattern) => ({ pathPattern, ...behavior })),
      ),
      customErrorResponses: caching.customErrorResponses,
      restrictions: { geoRestriction: { restrictionType: 'none' } },
      tags: scope.tags,
    },
    scope.child,
  );
}
