import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

interface Place {
  partition: string;
  region: string;
  account: string;
}

/** What tasks need by way of an endpoint besides this account's resources, with its source. */
const further: Record<string, (place: Place) => object[]> = {
  // ECR keeps the layers of images in a bucket of AWS's (ECR user guide, "Minimum Amazon S3 Bucket Permissions for Amazon
  // ECR"). The other buckets of AWS's in "Data perimeter policy examples" are for machines, agents and build services,
  // which a Fargate task has none of.
  s3: ({ partition, region }) => [
    {
      Sid: 'ImageLayers',
      Action: 's3:GetObject',
      Resource: `arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`,
    },
  ],
  // The token has no resource (Service Authorization Reference, "Actions defined by Amazon ECR"), so that a request for it
  // need not name an account's. It opens repositories by way of ecr.dkr, which lets this account's through alone.
  'ecr.api': ({ account }) => [
    {
      Sid: 'RegistryToken',
      Action: 'ecr:GetAuthorizationToken',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalAccount': account } },
    },
  ],
};

/**
 * Lets requests through for what is of this account. Without a policy an endpoint would take data to the buckets and tables
 * of any account, from a VPC that has no other way out.
 */
export function endpointPolicy(parent: pulumi.Resource, service: string): pulumi.Output<string> {
  const { accountId: account } = aws.getCallerIdentityOutput({}, { parent });
  const { region } = aws.getRegionOutput({}, { parent });
  const { partition } = aws.getPartitionOutput({}, { parent });
  return pulumi.all([partition, region, account]).apply(([partition, region, account]) => {
    const own = { StringEquals: { 'aws:ResourceAccount': account } };
    const statements = [
      { Sid: 'OwnResources', Action: '*', Resource: '*', Condition: own },
      ...(further[service]?.({ partition, region, account }) ?? []),
    ];
    return JSON.stringify({
      Version: '2012-10-17',
      Statement: statements.map((statement) => ({ ...statement, Effect: 'Allow', Principal: '*' })),
    });
  });
}
