import { JobQueue, type JobQueueArgs, type JobQueueJobArgs } from '../../../components/job-queue/index.ts';
import { only, type PlannedResource, record } from '../mocks.ts';

type RecordOptions = NonNullable<Parameters<typeof record>[1]>;

export const image = `123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:${'1'.repeat(64)}`;
export const placement = { vpcId: 'vpc-1', subnetIds: ['subnet-a', 'subnet-b'] };
export const base: JobQueueArgs = {
  placement,
  image: { uri: image },
  jobs: [{ name: 'report' }],
};
export const secret = 'arn:aws:ssm:us-east-1:123456789012:parameter/token';

export async function resourcesOf(args: Partial<JobQueueArgs> = {}, options: RecordOptions = {}) {
  const { resources } = await record(() => void new JobQueue('work', { ...base, ...args }), options);
  return resources;
}

export const withJob = (job: Partial<JobQueueJobArgs>) => resourcesOf({ jobs: [{ name: 'report', ...job }] });

export function container(resources: PlannedResource[]): Record<string, unknown> {
  return JSON.parse(
    String(only(resources, 'aws:batch/jobDefinition:JobDefinition').inputs.containerProperties),
  );
}
