import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { SFNClient, SFNClientConfig } from '@aws-sdk/client-sfn';
import { createStepFunctionsClient } from '../../app/ingests/start.ts';
import { createDynamoDBClient } from '../../data/dynamodb/client.ts';
import { createS3Client } from '../../data/s3/client.ts';

/** Credentials and region that the emulators take; they look at neither. */
export const awsEnvironment = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
};
export const access = {
  region: awsEnvironment.AWS_REGION,
  credentials: {
    accessKeyId: awsEnvironment.AWS_ACCESS_KEY_ID,
    secretAccessKey: awsEnvironment.AWS_SECRET_ACCESS_KEY,
  },
};

/** A client of the SDK as it comes, for what a test itself asks of the database. */
export function plainClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ ...access, endpoint });
}

/** The client of service and jobs. */
export function databaseClient(endpoint: string, more: DynamoDBClientConfig = {}): DynamoDBClient {
  return createDynamoDBClient({ ...access, endpoint, ...more });
}

export function bucketClient(endpoint: string, more: S3ClientConfig = {}): S3Client {
  return createS3Client({ ...access, endpoint, ...more });
}

export function stepFunctionsClient(endpoint: string, more: SFNClientConfig = {}): SFNClient {
  return createStepFunctionsClient({ ...access, endpoint, ...more });
}
