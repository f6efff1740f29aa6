import type { Mapped } from './mapped.ts';
import { trafficTypes } from './types-traffic.ts';
import { workTypes } from './types-work.ts';

/** What AWS calls the types that the stacks can make. */
export const awsTypes: Readonly<Record<string, Mapped>> = { ...trafficTypes, ...workTypes };

/** Types of which AWS's schema knows nothing, and why. */
export const withoutSchema: Readonly<Record<string, string>> = {
  'aws:acm/certificateValidation:CertificateValidation': 'the provider waits; AWS has no such resource',
  'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup':
    'it comes with its VPC, and CloudFormation does not change it',
  'aws:s3/bucketObjectv2:BucketObjectv2': 'CloudFormation makes no objects',
};
