/** What AWS would answer about CloudFront and its surroundings; simulate.ts knows the rest. */

type Inputs = Record<string, unknown>;

/** As `arns` of simulate.ts. */
export const edgeArns: Record<string, string> = {
  'aws:acm/certificate:Certificate': 'acm:certificate/NAME',
  'aws:cloudfront/distribution:Distribution': 'cloudfront:distribution/ENAME',
  'aws:cloudfront/function:Function': 'cloudfront:function/NAME',
  'aws:cloudfront/vpcOrigin:VpcOrigin': 'cloudfront:vpcorigin/vo_NAME',
  'aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination': 'logs:delivery-destination:NAME',
  'aws:cloudwatch/logDeliverySource:LogDeliverySource': 'logs:delivery-source:NAME',
  'aws:wafv2/webAcl:WebAcl': 'wafv2:global/webacl/NAME/11111111-2222',
};

/** As `computed` of simulate.ts. */
export const edgeOutputs: Record<
  string,
  (place: { name: string; region: string; inputs: Inputs; arn: string }) => Inputs
> = {
  'aws:acm/certificate:Certificate': ({ inputs }) => ({
    domainValidationOptions: [inputs.domainName, ...((inputs.subjectAlternativeNames ?? []) as string[])].map(
      (domainName) => ({
        domainName,
        resourceRecordName: `_proof.${domainName}.`,
        resourceRecordType: 'CNAME',
        resourceRecordValue: '_proof.acm-validations.aws.',
      }),
    ),
  }),
  'aws:cloudfront/distribution:Distribution': ({ name }) => ({
    domainName: `${name}.cloudfront.net`,
    hostedZoneId: 'Z2FDTNDATAQYW2',
  }),
  'aws:route53/record:Record': ({ inputs }) => ({ fqdn: String(inputs.name).replace(/\.$/, '') }),
  'aws:s3/bucket:Bucket': ({ name, region }) => ({
    bucket: name,
    bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
  }),
};

/** CloudFront's own security group of a VPC, which is there once the VPC has a VPC origin. */
export function simulateSecurityGroup({ name, vpcId }: Inputs): Inputs {
  return { id: `sg-${name}-${vpcId}`, name, vpcId, arn: '', description: '', tags: {} };
}
