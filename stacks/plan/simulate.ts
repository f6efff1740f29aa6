import { createHash } from 'node:crypto';
import { physicalName, suffix } from '../physical-name.ts';
import { edgeArns, edgeOutputs, simulateSecurityGroup } from './simulate-edge.ts';

/** The account of every simulated resource: AWS's own documentation placeholder. */
export const simulatedAccount = '123456789012';

export interface Simulated {
  id: string;
  state: Record<string, unknown>;
}

type Inputs = Record<string, unknown>;

/** What AWS would answer for a resource: its inputs, a name as Pulumi would make it, an ARN and the outputs that the
 * components read. The same name always gives the same answer. */
export function simulateResource(
  type: string,
  name: string,
  inputs: Inputs,
  region: string,
  generation = '',
): Simulated {
  const physical = physicalName(name, inputs, generation);
  const place = { logical: name, name: physical, region: String(inputs.region ?? region), inputs };
  const state: Inputs = { ...inputs, name: inputs.name ?? physical, region: place.region };
  const arn = arnOf(type, place);
  if (arn !== undefined) state.arn = arn;
  const outputs = computed[type];
  if (outputs !== undefined) Object.assign(state, outputs({ ...place, arn: arn ?? '' }));
  const id = String(state.id ?? (idIsArn.has(type) ? arn : physical));
  return generation === '' ? { id, state } : regenerated(type, { id, state }, generation);
}

/** What AWS numbers differs for each resource, also where the name stays. */
function regenerated(type: string, { id, state }: Simulated, generation: string): Simulated {
  const numbers = /50dc6c495c0c9188|f2f7dc8efc522ab2|6d0ecf831eec9f09|11111111-2222|1234567890\b/g;
  const given = (key: string) => state[key];
  const renewed = JSON.parse(
    JSON.stringify({ id, state }).replace(numbers, (number) => suffix(`${number}${generation}`)),
  ) as Simulated;
  if (revisions.has(type)) {
    Object.assign(renewed.state, { arn: String(given('arn')).replace(/:1$/, ':2'), revision: 2 });
  }
  const isNumbered = renewed.id === id && !idIsName.test(type) && !revisions.has(type);
  return { ...renewed, id: isNumbered ? `${id}-${generation}` : renewed.id };
}

const revisions = new Set(['aws:ecs/taskDefinition:TaskDefinition', 'aws:batch/jobDefinition:JobDefinition']);

/** Types whose id is the name (or what the name makes): the same again for what takes the place of another. */
const idIsName =
  /^aws:(batch|cloudwatch|dynamodb|ecr|ecs|iam|s3|sfn|sns|sqs|ssm)\/|^aws:cloudfront\/function:/;

/** The answer to a data source of the AWS provider. */
export function simulateCall(token: string, inputs: Inputs, region: string): Inputs {
  switch (token) {
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return {
        accountId: simulatedAccount,
        arn: `arn:aws:iam::${simulatedAccount}:root`,
        id: simulatedAccount,
        userId: 'root',
      };
    case 'aws:index/getRegion:getRegion':
      return { id: region, name: region, region, endpoint: `ec2.${region}.amazonaws.com` };
    case 'aws:index/getPartition:getPartition':
      return { id: 'aws', partition: 'aws', dnsSuffix: 'amazonaws.com', reverseDnsPrefix: 'com.amazonaws' };
    case 'aws:index/getAvailabilityZones:getAvailabilityZones': {
      // As many as any region has: which ones this one has, AWS alone knows.
      const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((zone) => `${region}${zone}`);
      return { id: region, names, zoneIds: names };
    }
    // A new stack's repository is empty.
    case 'aws:ecr/getImages:getImages':
      return { ...inputs, region, imageIds: [] };
    case 'aws:ec2/getSecurityGroup:getSecurityGroup':
      return simulateSecurityGroup(inputs);
    default:
      throw new Error(`no simulated answer to ${token} (${JSON.stringify(inputs)}): add one to simulate.ts`);
  }
}

/** The zones of a simulated region; as many as any component uses. */
export function zonesOf(region: string): string[] {
  return ['a', 'b', 'c', 'd'].map((zone) => `${region}${zone}`);
}

interface Place {
  logical: string;
  /** Physical name. */
  name: string;
  region: string;
  inputs: Inputs;
}

const arns: Record<string, string> = {
  ...edgeArns,
  'aws:apigatewayv2/api:Api': 'apigateway:/apis/NAME',
  'aws:apigatewayv2/stage:Stage': 'apigateway:/stages/NAME',
  'aws:apigatewayv2/vpcLink:VpcLink': 'apigateway:/vpclinks/NAME',
  'aws:appautoscaling/policy:Policy': 'autoscaling:scalingPolicy/NAME',
  'aws:batch/computeEnvironment:ComputeEnvironment': 'batch:compute-environment/NAME',
  'aws:batch/jobDefinition:JobDefinition': 'batch:job-definition/NAME:1',
  'aws:batch/jobQueue:JobQueue': 'batch:job-queue/NAME',
  'aws:cloudwatch/eventApiDestination:EventApiDestination': 'events:api-destination/NAME/11111111-2222',
  'aws:cloudwatch/eventConnection:EventConnection': 'events:connection/NAME/33333333-4444',
  'aws:cloudwatch/eventRule:EventRule': 'events:rule/NAME',
  'aws:cloudwatch/logGroup:LogGroup': 'logs:log-group:NAME',
  'aws:cloudwatch/metricAlarm:MetricAlarm': 'cloudwatch:alarm:NAME',
  'aws:dynamodb/table:Table': 'dynamodb:table/NAME',
  'aws:ec2/securityGroup:SecurityGroup': 'ec2:security-group/NAME',
  'aws:ecr/repository:Repository': 'ecr:repository/NAME',
  'aws:ecs/cluster:Cluster': 'ecs:cluster/NAME',
  'aws:ecs/service:Service': 'ecs:service/NAME',
  'aws:ecs/taskDefinition:TaskDefinition': 'ecs:task-definition/FAMILY:1',
  'aws:iam/policy:Policy': 'iam:policy/NAME',
  'aws:iam/role:Role': 'iam:role/NAME',
  'aws:kms/key:Key': 'kms:key/NAME',
  'aws:lb/listener:Listener': 'elasticloadbalancing:listener/app/NAME/50dc6c495c0c9188',
  'aws:lb/listenerRule:ListenerRule':
    'elasticloadbalancing:listener-rule/app/NAME/50dc6c495c0c9188/9683b2d02a6cabee/f2f7dc8efc522ab2',
  'aws:lb/loadBalancer:LoadBalancer': 'elasticloadbalancing:loadbalancer/app/NAME/50dc6c495c0c9188',
  'aws:lb/targetGroup:TargetGroup': 'elasticloadbalancing:targetgroup/NAME/6d0ecf831eec9f09',
  'aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace': 'servicediscovery:namespace/NAME',
  'aws:servicediscovery/service:Service': 'servicediscovery:service/NAME',
  'aws:sfn/stateMachine:StateMachine': 'states:stateMachine:NAME',
  'aws:sns/topic:Topic': 'sns:NAME',
  'aws:sqs/queue:Queue': 'sqs:NAME',
  'aws:s3/bucket:Bucket': 's3:NAME',
  'aws:ssm/parameter:Parameter': 'ssm:parameterNAME',
};

/** Resources whose Pulumi id is the ARN. */
const idIsArn = new Set([
  'aws:batch/jobDefinition:JobDefinition',
  'aws:batch/jobQueue:JobQueue',
  'aws:ecs/cluster:Cluster',
  'aws:ecs/service:Service',
  'aws:lb/listener:Listener',
  'aws:lb/listenerRule:ListenerRule',
  'aws:lb/loadBalancer:LoadBalancer',
  'aws:lb/targetGroup:TargetGroup',
  'aws:sfn/stateMachine:StateMachine',
  'aws:sns/topic:Topic',
]);

function arnOf(type: string, { name, region, inputs }: Place): string | undefined {
  const pattern = arns[type];
  if (pattern === undefined) return undefined;
  const [service = '', ...rest] = pattern.split(':');
  const path = rest.join(':').replace('NAME', name).replace('FAMILY', String(inputs.family));
  const where = ['cloudfront', 'iam'].includes(service) ? '' : region;
  if (service === 's3') return `arn:aws:s3:::${path}`;
  const account = service === 'apigateway' ? '' : simulatedAccount;
  return `arn:aws:${service}:${where}:${account}:${path}`;
}

type Computed = (place: Place & { arn: string }) => Inputs;

const computed: Record<string, Computed> = {
  ...edgeOutputs,
  'aws:apigatewayv2/api:Api': ({ name, region }) => ({
    apiEndpoint: `https://${name}.execute-api.${region}.amazonaws.com`,
    executionArn: `arn:aws:execute-api:${region}:${simulatedAccount}:${name}`,
  }),
  'aws:apigatewayv2/stage:Stage': ({ name, region }) => ({
    invokeUrl: `https://${name}.execute-api.${region}.amazonaws.com/`,
  }),
  'aws:batch/jobDefinition:JobDefinition': ({ arn }) => ({ revision: 1, arnPrefix: arn.replace(/:1$/, '') }),
  'aws:dynamodb/table:Table': ({ arn, inputs }) =>
    inputs.streamEnabled === true ? { streamArn: `${arn}/stream/2026-01-01T00:00:00.000` } : {},
  'aws:ec2/vpcEndpoint:VpcEndpoint': ({ logical, inputs, region }) =>
    inputs.vpcEndpointType === 'Gateway'
      ? { prefixListId: `pl-${logical}` }
      : {
          dnsEntries: [
            { dnsName: `vpce-${logical}.${region}.vpce.amazonaws.com`, hostedZoneId: 'Z7HUB22UULQXV' },
          ],
        },
  'aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation': () => ({
    ipv6CidrBlock: '2600:1f18:1234:5600::/56',
  }),
  'aws:route53/zone:Zone': ({ logical }) => ({ id: `Z-${logical}`, zoneId: `Z-${logical}` }),
  'aws:ecr/repository:Repository': ({ name, region }) => ({
    repositoryUrl: `${simulatedAccount}.dkr.ecr.${region}.amazonaws.com/${name}`,
    registryId: simulatedAccount,
  }),
  'aws:ecs/taskDefinition:TaskDefinition': ({ arn, inputs }) => ({
    id: inputs.family,
    revision: 1,
    arnWithoutRevision: arn.replace(/:1$/, ''),
  }),
  'aws:ecs/service:Service': ({ inputs }) => ({ taskDefinition: inputs.taskDefinition }),
  'aws:ec2/vpc:Vpc': ({ logical }) => ({
    id: `vpc-${logical}`,
    defaultSecurityGroupId: `sg-${logical}-default`,
  }),
  'aws:ec2/subnet:Subnet': ({ logical }) => ({ id: `subnet-${logical}` }),
  'aws:lb/loadBalancer:LoadBalancer': ({ name, region, inputs }) => ({
    dnsName: `${inputs.internal === true ? 'internal-' : ''}${name}-1234567890.${region}.elb.amazonaws.com`,
    zoneId: 'Z35SXDOTRQ7X7K',
    arnSuffix: `app/${name}/50dc6c495c0c9188`,
  }),
  'aws:lb/targetGroup:TargetGroup': ({ name }) => ({ arnSuffix: `targetgroup/${name}/6d0ecf831eec9f09` }),
  'aws:ssm/parameter:Parameter': () => ({ version: 1 }),
  'random:index/randomPassword:RandomPassword': ({ logical }) => ({ result: `random-${logical}` }),
  'aws:sqs/queue:Queue': ({ name, region }) => ({
    url: `https://sqs.${region}.amazonaws.com/${simulatedAccount}/${name}`,
  }),
  'awsx:ecr:Image': ({ inputs }) => ({
    imageUri: `${inputs.repositoryUrl}@sha256:${createHash('sha256').update(String(inputs.imageTag)).digest('hex')}`,
  }),
};
