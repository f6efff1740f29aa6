import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Scope } from './scope.ts';

/** Security headers of everything that comes from one bucket. */
export function createResponseHeaders(
  scope: Scope,
  role: string,
  contentSecurityPolicy: pulumi.Input<string>,
): aws.cloudfront.ResponseHeadersPolicy {
  return new aws.cloudfront.ResponseHeadersPolicy(
    `${scope.name}-${role}`,
    {
      comment: `Security headers of ${scope.name}`,
      securityHeadersConfig: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: 'DENY', override: true },
        referrerPolicy: { referrerPolicy: 'strict-origin-when-cross-origin', override: true },
        // A year. Subdomains are left out, since other people may run them.
        strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, override: true },
      },
      customHeadersConfig: {
        items: [
          { header: 'cross-origin-opener-policy', value: 'same-origin', override: true },
          {
            header: 'permissions-policy',
            value: 'camera=(), geolocation=(), microphone=(), payment=()',
            override: true,
          },
        ],
      },
    },
    scope.child,
  );
}
