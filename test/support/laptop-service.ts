import type { S3Client } from '@aws-sdk/client-s3';
import { environment } from '../../contract/environment.ts';
import type { Executor } from '../../local/aws/executor.ts';
import { startStatesApi } from '../../local/aws/states-api.ts';
import { type TestApp, type TestAppOptions, testApp } from './app.ts';
import { bucketClient, stepFunctionsClient } from './clients.ts';
import { ingestEnvironment } from './service.ts';

/** A pipeline of the laptop in this process, as the service in front of it sees it. */
interface PipelineAccess extends Omit<TestAppOptions, 's3' | 'stepFunctions'> {
  readonly executors: readonly Executor[];
  readonly bucketEndpoint: string;
}

export interface LaptopService extends TestApp {
  readonly s3: S3Client;
}

/** The service in this process, in front of a pipeline of the laptop. */
export async function laptopService(access: PipelineAccess): Promise<LaptopService> {
  const { executors, bucketEndpoint, variables, ...options } = access;
  const states = await startStatesApi(executors);
  const s3 = bucketClient(bucketEndpoint);
  const stepFunctions = stepFunctionsClient(states.endpoint);
  const test = await testApp({
    ...options,
    s3,
    stepFunctions,
    variables: { ...variables, [environment.s3PublicEndpoint]: bucketEndpoint },
  });
  return {
    ...test,
    s3,
    close: async () => {
      await test.close();
      stepFunctions.destroy();
      s3.destroy();
      await states.stop();
    },
  };
}

/** An API of Step Functions that takes every execution of the service's state machines, and runs none. */
export function startIdleStates() {
  const arns = Object.values(ingestEnvironment).filter((value) => value.startsWith('arn:'));
  const start = () => ({ arn: 'arn', startedAt: new Date() });
  return startStatesApi(arns.map((stateMachineArn) => ({ stateMachineArn, start }) as unknown as Executor));
}
