import type * as pulumi from '@pulumi/pulumi';
import type { PolicyStatement } from '../iam.ts';
import type { Scope } from './defaults.ts';
import { below } from './jobs.ts';

/** What a sender of files needs. The action covers uploads in parts too. */
export function uploadStatements({ settings }: Scope, bucketArn: pulumi.Output<string>): PolicyStatement[] {
  return [{ sid: 'Upload', actions: ['s3:PutObject'], resources: [below(bucketArn, settings.prefix)] }];
}

/** What a reader needs of files and of what jobs wrote. */
export function readStatements({ settings }: Scope, bucketArn: pulumi.Output<string>): PolicyStatement[] {
  const prefixes = [settings.prefix, ...settings.outputPrefixes];
  return [
    { sid: 'ReadFiles', actions: ['s3:GetObject'], resources: prefixes.map((one) => below(bucketArn, one)) },
    // Without it S3 answers 403 for an object that is not there.
    { sid: 'MissFiles', actions: ['s3:ListBucket'], resources: [bucketArn] },
  ];
}

/** What a caller needs that starts executions. */
export function startStatements(stateMachineArn: pulumi.Output<string>): PolicyStatement[] {
  return [{ sid: 'IngestAgain', actions: ['states:StartExecution'], resources: [stateMachineArn] }];
}
