import { physicalName } from '../physical-name.ts';
import type { Rule } from './rule.ts';

/** The longest physical names that AWS allows (API reference of each service). Pulumi's own names add a hyphen and
 * seven digits to the resource's. */
const limits: Record<string, number> = {
  'aws:apigatewayv2/api:Api': 128,
  'aws:cloudfront/cachePolicy:CachePolicy': 128,
  'aws:cloudfront/function:Function': 64,
  'aws:cloudfront/originAccessControl:OriginAccessControl': 64,
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': 128,
  'aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination': 60,
  'aws:cloudwatch/logDeliverySource:LogDeliverySource': 60,
  'aws:batch/computeEnvironment:ComputeEnvironment': 128,
  'aws:batch/jobDefinition:JobDefinition': 128,
  'aws:batch/jobQueue:JobQueue': 128,
  'aws:cloudwatch/eventApiDestination:EventApiDestination': 64,
  'aws:cloudwatch/eventConnection:EventConnection': 64,
  'aws:cloudwatch/eventRule:EventRule': 64,
  'aws:cloudwatch/logGroup:LogGroup': 512,
  'aws:cloudwatch/metricAlarm:MetricAlarm': 255,
  'aws:dynamodb/table:Table': 255,
  'aws:ec2/securityGroup:SecurityGroup': 255,
  'aws:ecr/repository:Repository': 256,
  'aws:ecs/cluster:Cluster': 255,
  'aws:ecs/service:Service': 255,
  'aws:iam/role:Role': 64,
  'aws:iam/rolePolicy:RolePolicy': 128,
  'aws:lb/loadBalancer:LoadBalancer': 32,
  'aws:lb/targetGroup:TargetGroup': 32,
  'aws:s3/bucket:Bucket': 63,
  'aws:scheduler/schedule:Schedule': 64,
  'aws:sfn/stateMachine:StateMachine': 80,
  'aws:sns/topic:Topic': 256,
  'aws:sqs/queue:Queue': 80,
  'aws:ssm/parameter:Parameter': 1011,
  'aws:wafv2/webAcl:WebAcl': 128,
};

export const nameRules: Rule[] = [
  {
    ids: ['own-name-length'],
    level: 'baseline',
    requires: 'physical names are no longer than AWS allows',
    violations: ({ all }) =>
      all
        .filter(
          ({ type, name, inputs }) =>
            physicalName(name, inputs).length > (limits[type] ?? Number.POSITIVE_INFINITY),
        )
        .map(({ name }) => name),
  },
  {
    ids: ['own-name-family'],
    level: 'baseline',
    requires: 'families of task definitions have at most 255 letters, digits, hyphens and underscores',
    violations: (resources) =>
      resources.failing('aws:ecs/taskDefinition:TaskDefinition', ({ family }) =>
        /^[\w-]{1,255}$/.test(family),
      ),
  },
];
