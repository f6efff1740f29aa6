import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { edgeRegion, type Scope } from './scope.ts';

/** The certificate of the domain: the given one, or a new one that is validated by records in the zone. */
export function createCertificate(scope: Scope): pulumi.Input<string> | undefined {
  const { domain } = scope.settings;
  if (domain === undefined || domain.certificateArn !== undefined) return domain?.certificateArn;
  const certificate = new aws.acm.Certificate(
    `${scope.name}-certificate`,
    { region: edgeRegion, domainName: domain.name, validationMethod: 'DNS', tags: scope.tags },
    scope.child,
  );
  // A certificate of one name has one validation record.
  const proof = certificate
    .domainValidationOptions[0] as pulumi.Output<aws.types.output.acm.CertificateDomainValidationOption>;
  const record = new aws.route53.Record(
    `${scope.name}-certificate`,
    {
      zoneId: domain.hostedZoneId as pulumi.Input<string>,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: 300,
      // Another certificate of the same name has the same record.
      allowOverwrite: true,
    },
    scope.child,
  );
  return new aws.acm.CertificateValidation(
    `${scope.name}-certificate`,
    { region: edgeRegion, certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
    scope.child,
  ).certificateArn;
}

/** Points the domain at the distribution, for IPv4 and IPv6, where its zone is given. */
export function createRecords(scope: Scope, distribution: aws.cloudfront.Distribution): void {
  const { domain } = scope.settings;
  if (domain?.hostedZoneId === undefined) return;
  for (const type of ['A', 'AAAA']) {
    new aws.route53.Record(
      `${scope.name}-${type.toLowerCase()}`,
      {
        zoneId: domain.hostedZoneId,
        name: domain.name,
        type,
        aliases: [
          {
            name: distribution.domainName,
            zoneId: distribution.hostedZoneId,
            evaluateTargetHealth: false,
          },
        ],
      },
      scope.child,
    );
  }
}
