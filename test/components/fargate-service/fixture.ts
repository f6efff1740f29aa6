import { FargateService } from '../../../components/fargate-service/fargate-service.ts';
import type { FargateServiceArgs } from '../../../components/fargate-service/index.ts';
import { type PlannedResource, record } from '../mocks.ts';

/** The least that a service needs. */
export const worker: FargateServiceArgs = {
  vpcId: 'vpc-1',
  subnetIds: ['subnet-a', 'subnet-b'],
  image: 'registry.example/app@sha256:1111',
};

export const behindBalancer: FargateServiceArgs = {
  ...worker,
  loadBalancer: { subnetIds: ['lb-a', 'lb-b'] },
};

export const behindApi: FargateServiceArgs = { ...worker, apiGateway: {} };

type RecordOptions = NonNullable<Parameters<typeof record>[1]>;

/** ARN of the task definition that the simulated ECS registers for the service `api`. */
export const requestedRevision = 'arn:aws:ecs:us-east-1:123456789012:task-definition/trellis-test-api:1';

/** What ECS answers about a service that runs the given task definition. */
export function running(taskDefinition: string): RecordOptions['call'] {
  return (token) => (token === 'aws:ecs/getService:getService' ? { taskDefinition } : undefined);
}

/** Registers a service `api` and tells what it registered. */
export async function resourcesOf(
  args: FargateServiceArgs,
  options: RecordOptions = {},
): Promise<PlannedResource[]> {
  const { resources } = await record(() => void new FargateService('api', args), {
    call: running(requestedRevision),
    ...options,
  });
  return resources;
}

/** The message of the error that constructing the service throws. */
export async function refusal(args: FargateServiceArgs, name = 'api'): Promise<string> {
  let message = '';
  await record(() => {
    try {
      new FargateService(name, args);
    } catch (error) {
      message = (error as Error).message;
    }
  });
  return message;
}
