import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { FastifyBaseLogger } from 'fastify';
import type { JobKind } from '../../contract/job-kinds.ts';
import type { App } from '../app.ts';
import type { Settings } from '../config.ts';
import { launchInput } from '../jobs/launch.ts';
import { lostStarts } from '../jobs/lost-starts.ts';
import { createRecords } from '../jobs/records.ts';
import { launchRoutes } from '../jobs/routes.ts';
import { createStart } from '../jobs/start.ts';
import { createUploads } from '../uploads/uploads.ts';
import { createFindings } from './findings.ts';
import { scanRoutes } from './routes.ts';
import { executionInput } from './scan.ts';

interface Parts {
  readonly settings: Settings;
  readonly client: DynamoDBClient;
  readonly s3: S3Client;
  readonly stepFunctions: SFNClient;
  readonly kinds: readonly JobKind[];
  readonly logger: FastifyBaseLogger;
}

/** Scans and launched jobs: their routes, and the look for starts that were lost. */
export async function registerScans(app: App, parts: Parts): Promise<void> {
  const { settings, client, s3, stepFunctions, kinds, logger: log } = parts;
  const { tables, scansBucket, s3PublicEndpoint, repositoryRules: rules } = settings;
  const scans = createRecords(client, tables.scans);
  const jobs = createRecords(client, tables.jobs);
  const startScan = createStart(stepFunctions, settings.scanStateMachine);
  const startJob = createStart(stepFunctions, settings.jobStateMachine);
  const findings = createFindings(s3, scansBucket);
  const bucket = createUploads(s3, scansBucket, s3PublicEndpoint);
  await app.register(scanRoutes, { records: scans, findings, start: startScan, rules });
  await app.register(launchRoutes, { kinds, records: jobs, scans, bucket, start: startJob, rules });
  await app.register(lostStarts, {
    log,
    of: [
      { records: scans, start: (item) => startScan(item.id?.S as string, executionInput(item)) },
      { records: jobs, start: (item) => startJob(item.id?.S as string, launchInput(item)) },
    ],
  });
}
