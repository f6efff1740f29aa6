import { environment } from '../../contract/environment.ts';
import { type S3Emulator, startS3 } from '../../local/aws/s3.ts';
import { ingestEnvironment } from './service.ts';

const { ingestBucket, mediaBucket, scansBucket } = environment;

/** The buckets of the service that `startService` and `testApp` start, in an emulator of a test's own. */
export async function startBuckets(): Promise<S3Emulator> {
  const emulator = await startS3();
  for (const name of [ingestBucket, mediaBucket, scansBucket])
    emulator.createBucket(ingestEnvironment[name] as string);
  return emulator;
}
