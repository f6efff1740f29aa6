import type { PlannedResource } from './recorder.ts';

/** What a stack costs in a month of 730 hours without traffic; USD, us-east-1, without tax. */
export interface Cost {
  readonly lines: readonly CostLine[];
  readonly total: number;
  /** Types that are in neither list below: nobody has said what they cost. */
  readonly unpriced: readonly string[];
}

export interface CostLine {
  readonly what: string;
  readonly usd: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a price reads what is there, whatever its shape.
type Inputs = Record<string, any>;
type Price = (inputs: Inputs, resources: readonly PlannedResource[]) => CostLine[];

const hours = 730;
/** Per hour; docs/deploy.md has the source and date of all prices. */
const perVcpu = { ARM64: 0.03238, X86_64: 0.04048 };
const perGigabyte = { ARM64: 0.00356, X86_64: 0.004445 };
/** Of the price on demand. It changes from day to day. */
const spotShare = 0.305;
const publicAddress = 0.005 * hours;
/** Metrics that Container Insights makes of a cluster with one service, at 0.30 each. */
const insightMetrics = 20;

const prices: Readonly<Record<string, Price>> = {
  'aws:ecs/service:Service': tasks,
  'aws:ecs/cluster:Cluster': ({ settings = [] }) =>
    settings.some(({ value }: Inputs) => value !== 'disabled')
      ? [line(`Container Insights, some ${insightMetrics} metrics`, insightMetrics * 0.3)]
      : [],
  'aws:lb/loadBalancer:LoadBalancer': ({ internal, subnets = [] }) => [
    line('load balancer', 0.0225 * hours),
    ...(internal ? [] : [line('its public addresses', subnets.length * publicAddress)]),
  ],
  'aws:ec2/natGateway:NatGateway': () => [line('NAT gateway', 0.045 * hours)],
  'aws:ec2/eip:Eip': () => [line('public address', publicAddress)],
  'aws:ec2/vpcEndpoint:VpcEndpoint': ({ vpcEndpointType, subnetIds = [] }) =>
    vpcEndpointType === 'Interface' ? [line('interface endpoint', subnetIds.length * 0.01 * hours)] : [],
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
  /^(trellis|awsx|random|docker-build):/,
  /^aws:(acm|apigatewayv2|appautoscaling|batch|chatbot|cloudfront|dynamodb|ecr|iam|route53|s3|sfn|sns|sqs|ssm)\//,
  /^aws:cloudwatch\/(event|log)/,
  /^aws:ec2\/(defaultSecurityGroup|flowLog|internetGateway|route|securityGroup|subnet|vpc:)/,
  /^aws:ecs\/(clusterCapacityProviders|taskDefinition)/,
  /^aws:lb\/(listener|targetGroup)/,
  /^aws:servicediscovery\/service/,
  /^aws:(vpc|wafv2)\/(securityGroup|webAclLogging)/,
];

/** The cost of a plan's resources, equal lines added up, the dearest first. */
export function monthlyCost(resources: readonly PlannedResource[]): Cost {
  const lines = resources.flatMap(({ type, inputs }) => prices[type]?.(inputs, resources) ?? []);
  const grouped = [...Map.groupBy(lines, ({ what }) => what)].map(([what, group]) =>
    line(what, sum(group.map(({ usd }) => usd))),
  );
  const types = new Set(resources.map(({ type }) => type));
  return {
    lines: grouped.filter(({ usd }) => usd > 0).sort((a, b) => b.usd - a.usd),
    total: sum(grouped.map(({ usd }) => usd)),
    unpriced: [...types].filter((type) => !prices[type] && !free.some((pattern) => pattern.test(type))),
  };
}

/** As many tasks as are wanted at rest; those beyond each provider's base are shared out by weight. */
function tasks(service: Inputs, resources: readonly PlannedResource[]): CostLine[] {
  const {
    desiredCount: count = 0,
    capacityProviderStrategies: strategies = [],
    networkConfiguration,
  } = service;
  const definition = resources.find(({ type }) => type === 'aws:ecs/taskDefinition:TaskDefinition')?.inputs;
  if (!definition) return [];
  const { cpu, memory, runtimePlatform } = definition as Inputs;
  const architecture = (runtimePlatform?.cpuArchitecture ?? 'X86_64') as keyof typeof perVcpu;
  const task =
    hours *
    ((Number(cpu) / 1024) * perVcpu[architecture] + (Number(memory) / 1024) * perGigabyte[architecture]);
  const base = sum(strategies.map((strategy: Inputs) => strategy.base ?? 0));
  const weights = sum(strategies.map(({ weight = 0 }: Inputs) => weight));
  const shared = Math.max(0, count - base) / (weights || 1);
  const spot = sum(
    strategies
      .filter(({ capacityProvider }: Inputs) => capacityProvider === 'FARGATE_SPOT')
      .map(({ base: own = 0, weight = 0 }: Inputs) => Math.min(own, count) + shared * weight),
  );
  return [
    line('tasks on demand', (count - spot) * task),
    line('tasks on Spot', spot * task * spotShare),
    ...(networkConfiguration?.assignPublicIp
      ? [line('public addresses of tasks', count * publicAddress)]
      : []),
  ];
}

function line(what: string, usd: number): CostLine {
  return { what, usd };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
