import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { createDynamoDBClient } from '../../data/dynamodb/client.ts';
import { createS3Client } from '../../data/s3/client.ts';
import { accessOf } from './database.ts';

/** The clients of the process that runs a pipeline, configured by the variables that its jobs get as environment. */
export function createClients(
  variables: Readonly<Record<string, string>>,
  s3Endpoint: string,
): { client: DynamoDBClient; s3: S3Client } {
  const access = accessOf(variables);
  return {
    client: createDynamoDBClient({ ...access, endpoint: variables.AWS_ENDPOINT_URL_DYNAMODB as string }),
    s3: createS3Client({ ...access, endpoint: s3Endpoint }),
  };
}
