import { physicalName } from '../physical-name.ts';
import { definitionOf, type Inputs, onSpot } from './cost.ts';
import type { PlannedResource } from './planned.ts';

/** What an account has of something that all its stacks share. */
export interface Quota {
  /** What is counted, in the plural. */
  readonly what: string;
  /** AWS's default, of a region or, for the CDN, of the account. */
  readonly limit: number;
  /** How many an account has already, without any stack. @default 0 */
  readonly taken?: number;
  /** AWS's document. */
  readonly source: string;
  /** Whether it bounds the number of stacks, since what is counted is there at rest too. */
  readonly atRest: boolean;
  uses(resources: readonly PlannedResource[]): number;
}

/** A quota, and what a stack takes of it. */
export interface QuotaUse {
  readonly what: string;
  readonly limit: number;
  readonly uses: number;
  /** How many such stacks the default leaves room for. */
  readonly stacks: number;
  readonly source: string;
}

const vpc = 'https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html';
const cdn = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html';
const batch = 'https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html';
const fargate = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html';

/** The quotas that a stack takes a noticeable part of. docs/deploy.md has the same table; a test compares the two. */
export const quotas: readonly Quota[] = [
  // The default VPC is one of them.
  { ...count('VPCs', 5, vpc, 'aws:ec2/vpc:Vpc'), taken: 1 },
  count('Elastic IP addresses', 5, vpc, 'aws:ec2/eip:Eip'),
  count(
    'gateway endpoints',
    20,
    'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html',
    'aws:ec2/vpcEndpoint:VpcEndpoint',
    ({ vpcEndpointType = 'Gateway' }) => vpcEndpointType === 'Gateway',
  ),
  vcpus('vCPUs of Fargate on demand', false),
  vcpus('vCPUs of Fargate Spot', true),
  count(
    'VPC links',
    10,
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html',
    'aws:apigatewayv2/vpcLink:VpcLink',
  ),
  // AWS does not raise these two.
  count('Batch compute environments', 50, batch, 'aws:batch/computeEnvironment:ComputeEnvironment'),
  count('Batch job queues', 50, batch, 'aws:batch/jobQueue:JobQueue'),
  count(
    'CloudFront response headers policies',
    20,
    cdn,
    'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy',
  ),
  count('CloudFront cache policies', 20, cdn, 'aws:cloudfront/cachePolicy:CachePolicy'),
  count('CloudFront VPC origins', 25, cdn, 'aws:cloudfront/vpcOrigin:VpcOrigin'),
  count(
    'rules of the default event bus',
    300,
    'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html',
    'aws:cloudwatch/eventRule:EventRule',
  ),
];

/** What a plan takes of each quota. */
export function quotaUses(resources: readonly PlannedResource[]): QuotaUse[] {
  return quotas.map(({ what, limit, taken = 0, source, uses }) => {
    const used = uses(resources);
    return {
      what,
      limit,
      uses: used,
      stacks: used === 0 ? Number.POSITIVE_INFINITY : Math.floor((limit - taken) / used),
      source,
    };
  });
}

/** The quotas that a stack brings an account near: its default has room for two such stacks at most. */
export function nearQuotas(resources: readonly PlannedResource[]): QuotaUse[] {
  return quotaUses(resources).filter(({ stacks }) => stacks <= 2);
}

/** How many stacks like these a new account has room for, by what they take at rest. */
export function stacksPerAccount(resources: readonly PlannedResource[]): number {
  const uses = quotaUses(resources);
  return Math.min(...uses.filter((_, index) => quotas[index]?.atRest).map(({ stacks }) => stacks));
}

export function quotaText(near: readonly QuotaUse[]): string[] {
  if (near.length === 0) return [];
  return [
    '',
    'quotas that the stacks of an account share, by the defaults of a new one; ask AWS for more before you need it',
    ...near.map(
      ({ what, limit, uses, stacks, source }) =>
        `  ${what}: this stack takes up to ${uses} of ${limit}, ` +
        `${stacks === 0 ? 'more than there are' : stacks === 1 ? 'room for no other like it' : `room for ${stacks} like it`} (${source})`,
    ),
  ];
}

function count(
  what: string,
  limit: number,
  source: string,
  type: string,
  only: (inputs: Inputs) => boolean = () => true,
): Quota {
  return {
    what,
    limit,
    source,
    atRest: true,
    uses: (resources) =>
      resources.filter((resource) => resource.type === type && only(resource.inputs as Inputs)).length,
  };
}

/**
 * A new account has six of each in a region. Counted are the most tasks of each service, twice while a release lasts, and
 * the most that jobs may take.
 */
function vcpus(what: string, spot: boolean): Quota {
  return {
    what,
    limit: 6,
    source: fargate,
    atRest: false,
    uses: (resources) => {
      const services = resources.filter(({ type }) => type === 'aws:ecs/service:Service');
      const tasks = services.map((service) => {
        const inputs = service.inputs as Inputs;
        const most = mostTasks(service, resources);
        const ofSpot = onSpot(most, inputs.capacityProviderStrategies ?? []);
        const cpu = Number(definitionOf(inputs, resources)?.cpu ?? 0) / 1024;
        return 2 * cpu * (spot ? ofSpot : most - ofSpot);
      });
      const jobs = resources
        .filter(({ type }) => type === 'aws:batch/computeEnvironment:ComputeEnvironment')
        .map(({ inputs }) => (inputs as Inputs).computeResources)
        .filter(({ type }) => type === (spot ? 'FARGATE_SPOT' : 'FARGATE'))
        .map(({ maxVcpus }) => Number(maxVcpus));
      return [...tasks, ...jobs].reduce((sum, one) => sum + one, 0);
    },
  };
}

/** The most tasks of a service: what its scalable target allows, or the number that it has. */
function mostTasks(service: PlannedResource, resources: readonly PlannedResource[]): number {
  const inputs = service.inputs as Inputs;
  const suffix = `/${physicalName(service.name, inputs)}`;
  const target = resources.find(
    (one) =>
      one.type === 'aws:appautoscaling/target:Target' && String(one.inputs.resourceId).endsWith(suffix),
  );
  return Math.max(inputs.desiredCount ?? 0, (target?.inputs as Inputs | undefined)?.maxCapacity ?? 0);
}
