import { expect } from 'chai';
import { FargateService, type FargateServiceArgs } from '../../../components/fargate-service/index.ts';
import { ofType, type PlannedResource, record } from '../mocks.ts';

export const placement = { vpcId: 'vpc-1', subnetIds: ['subnet-a', 'subnet-b'] };
export const image = { uri: 'registry.example/app@sha256:1111' };

/** The least that a service needs. */
export const worker: FargateServiceArgs = {
  placement,
  image,
};

export const behindBalancer: FargateServiceArgs = {
  ...worker,
  loadBalancer: { subnetIds: ['lb-a', 'lb-b'] },
};

export const behindApi: FargateServiceArgs = { ...worker, apiGateway: {} };

type RecordOptions = NonNullable<Parameters<typeof record>[1]>;

/** ARN of the task definition that the simulated ECS registers for the service `api`. */
export const requestedRevision = 'arn:aws:ecs:us-east-1:123456789012:task-definition/trellis-test-api:1';

/** What Pulumi's mocks answer about a service, which is none of AWS's: the release is not judged. */
export const notInAws: RecordOptions['call'] = (token) =>
  token === 'aws:ecs/getService:getService' ? {} : undefined;

/** Registers a service `api` and tells what it registered. */
export async function resourcesOf(
  args: FargateServiceArgs,
  options: RecordOptions = {},
): Promise<PlannedResource[]> {
  const { resources } = await record(() => void new FargateService('api', args), {
    call: notInAws,
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

export const ingress = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
export const egress = 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule';

/** What every service has, whatever its exposure. */
export const common = [
  'aws:appautoscaling/target:Target api-scaling',
  'aws:cloudwatch/logGroup:LogGroup api-logs',
  'aws:ec2/securityGroup:SecurityGroup api-tasks',
  'aws:ecs/cluster:Cluster api-cluster',
  'aws:ecs/clusterCapacityProviders:ClusterCapacityProviders api-capacity',
  'aws:ecs/service:Service api-service',
  'aws:ecs/taskDefinition:TaskDefinition api-task-definition',
  'aws:iam/role:Role api-execution',
  'aws:iam/role:Role api-task',
  'aws:iam/rolePolicy:RolePolicy api-execution-policy',
  `${egress} api-to-https`,
];

/** What every entry point has. */
export const entry = [
  'aws:cloudwatch/metricAlarm:MetricAlarm api-errors',
  'aws:ec2/securityGroup:SecurityGroup api-entry',
  `${egress} api-entry-to-tasks`,
  `${ingress} api-tasks-from-entry`,
];

export function withBalancer(
  args: Partial<NonNullable<FargateServiceArgs['loadBalancer']>>,
): FargateServiceArgs {
  return { ...worker, loadBalancer: { subnetIds: ['lb-a', 'lb-b'], ...args } };
}

/** Who may connect to what: `group port source` of each ingress rule. */
export function openings(resources: PlannedResource[]): string[] {
  return ofType(resources, ingress).map(({ inputs }) => {
    expect(inputs.fromPort).to.equal(inputs.toPort);
    expect(inputs.ipProtocol).to.equal('tcp');
    const source = inputs.cidrIpv4 ?? inputs.prefixListId ?? inputs.referencedSecurityGroupId;
    return `${inputs.securityGroupId} ${inputs.fromPort} ${source}`.replace(/-[0-9a-f]{7}\b/g, '');
  });
}
