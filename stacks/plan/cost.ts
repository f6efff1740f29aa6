import { physicalName } from '../physical-name.ts';
import { type Architecture, diskHour, fargateHour } from './fargate-price.ts';
import type { PlannedResource } from './planned.ts';
import { type UsageLine, usagePrices } from './usage.ts';
import { type ScheduledLimits, weeklyTasks } from './weekly-tasks.ts';

/** What a stack costs in a month of 730 hours without traffic; USD, us-east-1, without tax. */
export interface Cost {
  readonly lines: readonly CostLine[];
  readonly total: number;
  /** What is charged by use: the price of a unit, since a plan does not know how many there will be. */
  readonly usage: readonly UsageLine[];
  /** Types that are in neither list below: their cost is not known. */
  readonly unpriced: readonly string[];
}

export interface CostLine {
  readonly what: string;
  readonly usd: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a price reads what is there, whatever its shape.
export type Inputs = Record<string, any>;
type Price = (inputs: Inputs, resources: readonly PlannedResource[], name: string) => CostLine[];

const hours = 730;
/** docs/deploy.md has the source and date of all prices. */
const publicAddress = 0.005 * hours;
/** Metrics that Container Insights makes of a cluster with one service, at 0.30 each. With enhanced observability it makes
 * as many again of each task and of each container, at 0.07 each. */
const insightMetrics = 20;

const prices: Readonly<Record<string, Price>> = {
  'aws:ecs/service:Service': tasks,
  'aws:ecs/cluster:Cluster': insights,
  'aws:lb/loadBalancer:LoadBalancer': ({ internal, subnets = [] }) => [
    line('load balancer', 0.0225 * hours),
    ...(internal ? [] : [line('its public addresses', subnets.length * publicAddress)]),
  ],
  'aws:ec2/natGateway:NatGateway': () => [line('NAT gateway', 0.045 * hours)],
  'aws:ec2/eip:Eip': () => [line('public address', publicAddress)],
  'aws:ec2/vpcEndpoint:VpcEndpoint': ({ vpcEndpointType, subnetIds = [] }) =>
    vpcEndpointType === 'Interface' ? [line('interface endpoint', subnetIds.length * 0.01 * hours)] : [],
  // The stack makes private zones alone.
  'aws:route53/zone:Zone': () => [line('private DNS zone', 0.5)],
  'aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace': () => [line('private DNS zone', 0.5)],
  'aws:wafv2/webAcl:WebAcl': ({ rules = [] }) => [line('web ACL and its rules', 5 + rules.length)],
  'aws:kms/key:Key': () => [line('customer key', 1)],
  'aws:cloudwatch/dashboard:Dashboard': () => [line('dashboard', 3)],
  'aws:cloudwatch/metricAlarm:MetricAlarm': ({ metricQueries }) => [
    line('alarms', 0.1 * (metricQueries?.filter(({ metric }: Inputs) => metric).length ?? 1)),
  ],
  // Two alarms of AWS's own: one to add, one to remove.
  'aws:appautoscaling/policy:Policy': ({ policyType }) =>
    policyType === 'TargetTrackingScaling' ? [line('alarms', 0.2)] : [],
};

/** Charged for use or not at all: nothing while nothing happens, but for what is stored. */
const free = [
  /^(random|docker-build):/,
  // Components of another package whose children are here with their own prices.
  /^awsx:(ec2:Vpc|ecr:Image)$/,
  /^aws:(acm|apigatewayv2|appautoscaling|batch|chatbot|cloudfront|dynamodb|ecr|iam|route53|s3|scheduler|sfn|sns|sqs|ssm)\//,
  /^aws:cloudwatch\/(event|log)/,
  /^aws:ec2\/(defaultSecurityGroup|egressOnlyInternetGateway|flowLog|internetGateway|route|securityGroup|subnet|vpc:|vpcIpv6)/,
  /^aws:ecs\/(clusterCapacityProviders|taskDefinition)/,
  /^aws:lb\/(listener|targetGroup)/,
  /^aws:servicediscovery\/service/,
  /^aws:(vpc|wafv2)\/(securityGroup|webAclAssociation|webAclLogging)/,
];

/** The cost of a plan's resources, equal lines added up, the dearest first. */
export function monthlyCost(resources: readonly PlannedResource[]): Cost {
  const lines = resources.flatMap(({ type, inputs, name }) => prices[type]?.(inputs, resources, name) ?? []);
  const grouped = [...Map.groupBy(lines, ({ what }) => what)].map(([what, group]) =>
    line(what, sum(group.map(({ usd }) => usd))),
  );
  const types = new Set(resources.flatMap(({ type, component }) => (component ? [] : [type])));
  return {
    lines: grouped.filter(({ usd }) => usd > 0).sort((a, b) => b.usd - a.usd),
    total: sum(grouped.map(({ usd }) => usd)),
    usage: usagePrices(resources),
    unpriced: [...types].filter((type) => !prices[type] && !free.some((pattern) => pattern.test(type))),
  };
}

/** As many tasks as are wanted at rest, each number for its share of a week where schedules change it. */
function tasks(service: Inputs, resources: readonly PlannedResource[], name: string): CostLine[] {
  const definition = definitionOf(service, resources);
  if (definition === undefined) return [];
  const { cpu, memory, runtimePlatform, ephemeralStorage } = definition;
  const architecture = (runtimePlatform?.cpuArchitecture ?? 'X86_64') as Architecture;
  const hour = fargateHour({ cpu: Number(cpu), memory: Number(memory) }, architecture);
  const { desiredCount = 0, capacityProviderStrategies = [], networkConfiguration } = service;
  const week = weeklyTasks(schedulesOf(service, name, resources)) ?? [[desiredCount, 1]];
  const total = sum(week.map(([count, share]) => count * share));
  const spot = sum(week.map(([count, share]) => onSpot(count, capacityProviderStrategies) * share));
  return [
    line('tasks on demand', (total - spot) * hours * hour.onDemand),
    line('tasks on Spot', spot * hours * hour.spot),
    line('disks of tasks', total * hours * diskHour(ephemeralStorage?.sizeInGib)),
    ...(networkConfiguration?.assignPublicIp
      ? [line('public addresses of tasks', total * publicAddress)]
      : []),
  ];
}

/** The task definition that the service runs, which its ARN names by its family. */
export function definitionOf(
  { taskDefinition }: Inputs,
  resources: readonly PlannedResource[],
): Inputs | undefined {
  const [, family] = /:task-definition\/([^:]+)/.exec(String(taskDefinition)) ?? [];
  return resources.find(
    ({ type, inputs }) => type === 'aws:ecs/taskDefinition:TaskDefinition' && inputs.family === family,
  )?.inputs;
}

/** The schedules of the service, which their scalable target names. */
function schedulesOf(
  service: Inputs,
  name: string,
  resources: readonly PlannedResource[],
): ScheduledLimits[] {
  return resources
    .filter(({ type }) => type === 'aws:appautoscaling/scheduledAction:ScheduledAction')
    .map(({ inputs }) => inputs as Inputs)
    .filter(({ resourceId }) => String(resourceId).endsWith(`/${physicalName(name, service)}`))
    .map(({ schedule, timezone, scalableTargetAction }) => ({ schedule, timezone, ...scalableTargetAction }));
}

/** Of so many tasks those on Spot; the ones beyond each provider's base are shared out by weight. */
export function onSpot(count: number, strategies: Inputs[]): number {
  const base = sum(strategies.map((strategy) => strategy.base ?? 0));
  const weights = sum(strategies.map(({ weight = 0 }) => weight));
  const shared = Math.max(0, count - base) / (weights || 1);
  return sum(
    strategies
      .filter(({ capacityProvider }) => capacityProvider === 'FARGATE_SPOT')
      .map(({ base: own = 0, weight = 0 }) => Math.min(own, count) + shared * weight),
  );
}

function insights({ settings = [] }: Inputs, resources: readonly PlannedResource[]): CostLine[] {
  const values = settings.map(({ value }: Inputs) => value);
  if (values.includes('enabled')) {
    return [line(`Container Insights, some ${insightMetrics} metrics`, insightMetrics * 0.3)];
  }
  if (!values.includes('enhanced')) return [];
  const running = sum(
    resources
      .filter(({ type }) => type === 'aws:ecs/service:Service')
      .map(({ inputs }) => Number(inputs.desiredCount ?? 0)),
  );
  const metrics = insightMetrics * (1 + 2 * running);
  return [line(`Container Insights, enhanced, some ${metrics} metrics`, metrics * 0.07)];
}

function line(what: string, usd: number): CostLine {
  return { what, usd };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
