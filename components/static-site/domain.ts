import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { edgeRegion, type Scope } from './scope.ts';

/** The certificate of the domain: the given one, or a new one that is validated by records in the zone. */
export function createCertificate(scope: Scope): pulumi.Input<string> | undefined {
  const { domain } = scope.settings;
  if (domain === undefined || domain.certificateArn !== undefined) return domain?.certificateArn;
  const { name, otherNames } = domain;
  const certificate = new aws.acm.Certificate(
    `${scope.name}-certificate`,
    {
      region: edgeRegion,
      domainName: name,
      subjectAlternativeNames: otherNames.length === 0 ? undefined : otherNames,
      validationMethod: 'DNS',
      tags: scope.tags,
    },
    scope.child,
  );
  const records = [name, ...otherNames].map((one) => createProof(scope, certificate, one));
  return new aws.acm.CertificateValidation(
    `${scope.name}-certificate`,
    {
      region: edgeRegion,
      certificateArn: certificate.arn,
      validationRecordFqdns: records.map(({ fqdn }) => fqdn),
    },
    scope.child,
  ).certificateArn;
}

/** The record by which the owner of the zone proves one of the certificate's names. */
function createProof(scope: Scope, certificate: aws.acm.Certificate, name: string): aws.route53.Record {
  // The options are a set: AWS gives them in any order.
  const proof = certificate.domainValidationOptions.apply((options) =>
    options.find(({ domainName }) => domainName === name),
  ) as pulumi.Output<aws.types.output.acm.CertificateDomainValidationOption>;
  return new aws.route53.Record(
    recordName(scope, 'certificate', name),
    {
      zoneId: scope.settings.domain?.hostedZoneId as pulumi.Input<string>,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: 300,
      // Another certificate of the same name has the same record.
      allowOverwrite: true,
    },
    scope.child,
  );
}

/** Of the first name the record is called as it was when there was only one. */
function recordName({ name, settings }: Scope, role: string, of: string): string {
  return of === settings.domain?.name ? `${name}-${role}` : `${name}-${role}-${of}`;
}

/** Points the domain at the distribution, for IPv4 and IPv6, where its zone is given. */
export function createRecords(scope: Scope, distribution: aws.cloudfront.Distribution): void {
  const { domain } = scope.settings;
  if (domain?.hostedZoneId === undefined) return;
  for (const name of [domain.name, ...domain.otherNames]) {
    for (const type of ['A', 'AAAA']) createRecord(scope, distribution, name, type);
  }
}

function createRecord(
  scope: Scope,
  distribution: aws.cloudfront.Distribution,
  name: string,
  type: string,
): void {
  new aws.route53.Record(
    recordName(scope, type.toLowerCase(), name),
    {
      zoneId: scope.settings.domain?.hostedZoneId as pulumi.Input<string>,
      name,
      type,
      aliases: [
        { name: distribution.domainName, zoneId: distribution.hostedZoneId, evaluateTargetHealth: false },
      ],
    },
    scope.child,
  );
}
