import type { Properties } from '../evaluate/registered.ts';
import { revealed } from '../evaluate/values.ts';

/** Something of which AWS has one, and which a resource claims by its inputs. */
export interface Claim {
  /** As people read it: `port 80 of load balancer api-lb`. */
  readonly identity: string;
  /** Claims of equal holders can stand side by side: the listeners of one balancer share a target group. */
  readonly holder: string;
  /**
   * What AWS does to a second claim: `refused`; or `shared`, since the call that makes the new resource finds the old
   * one's there and takes it, so that deleting the old one takes it away from the new one.
   */
  readonly second: 'refused' | 'shared';
  /** AWS's sentence about it. */
  readonly rule: string;
}

// biome-ignore lint/suspicious/noExplicitAny: an identity reads what is there, whatever its shape.
type Inputs = Record<string, any>;
type Claims = (inputs: Inputs, world: World) => Omit<Claim, 'holder'>[];

/** A resource as far as its claims go. */
export interface Claimant {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  /** Undefined where it is not known. */
  readonly id?: unknown;
  readonly arn?: unknown;
}

/** What a resource refers to by an ARN or an id. */
export type World = ReadonlyMap<string, Claimant>;

/** All resources by their ARN and id; of a policy that answers with what it is for, the latter counts, which is made first. */
export function worldOf(resources: Iterable<Claimant>): World {
  const world = new Map<string, Claimant>();
  for (const one of resources) {
    for (const key of [one.id, one.arn]) {
      if (typeof key === 'string' && !world.has(key)) world.set(key, one);
    }
  }
  return world;
}

/**
 * What a resource claims. A claim on what is not known yet, or is secret, is none.
 *
 * @param own tells it from what it replaces
 */
export function claimsOf({ type, inputs: given }: Claimant, world: World, own: string): Claim[] {
  const inputs = revealed(given) as Inputs;
  const claims = identities[type]?.(inputs, world) ?? [];
  return [
    ...[...claims, ...names(type, inputs)].map((claim) => ({ ...claim, holder: own })),
    ...targetGroups(type, inputs, world),
  ].filter(({ identity }) => !/undefined|null|\[unknown\]|\[secret\]/.test(identity));
}

const refused = (rule: string, identity: string) => ({ identity, rule, second: 'refused' as const });
const shared = (rule: string, identity: string) => ({ identity, rule, second: 'shared' as const });

const elb = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference';
const ec2 = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference';

const identities: Readonly<Record<string, Claims>> = {
  'aws:lb/listener:Listener': ({ port, loadBalancerArn }, world) => [
    refused(
      `DuplicateListener: a listener with the port exists already (${elb}/API_CreateListener.html)`,
      `port ${port} of load balancer ${named(loadBalancerArn, world)}`,
    ),
  ],
  'aws:lb/listenerRule:ListenerRule': ({ priority, listenerArn }, world) => [
    refused(
      `PriorityInUse: a rule with the priority exists already (${elb}/API_CreateRule.html)`,
      `priority ${priority} of listener ${named(listenerArn, world)}`,
    ),
  ],
  'aws:lb/listenerCertificate:ListenerCertificate': ({ certificateArn, listenerArn }, world) => [
    shared(
      `AddListenerCertificates succeeds for a certificate that the listener has already (${elb}/API_AddListenerCertificates.html)`,
      `certificate ${certificateArn} of listener ${named(listenerArn, world)}`,
    ),
  ],
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': (inputs, world) => [
    refused(
      `InvalidPermission.Duplicate: the rule exists already (${ec2}/API_AuthorizeSecurityGroupIngress.html)`,
      `ingress ${tupleOf(inputs, world)}`,
    ),
  ],
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': (inputs, world) => [
    refused(
      `InvalidPermission.Duplicate: the rule exists already (${ec2}/API_AuthorizeSecurityGroupEgress.html)`,
      `egress ${tupleOf(inputs, world)}`,
    ),
  ],
  'aws:sns/topicSubscription:TopicSubscription': ({ topic, protocol, endpoint }, world) => [
    shared(
      'Subscribe returns the ARN of a subscription that the endpoint has already (https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html)',
      `subscription of ${protocol} ${endpoint} to topic ${named(topic, world)}`,
    ),
  ],
  'aws:cloudwatch/eventTarget:EventTarget': ({ rule, targetId, eventBusName = 'default' }, world) => [
    shared(
      'PutTargets updates the target of the same id (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html)',
      `target ${targetId} of rule ${named(rule, world)} on bus ${named(eventBusName, world)}`,
    ),
  ],
  'aws:cloudfront/distribution:Distribution': ({ aliases = [] }) =>
    aliases.map((alias: string) =>
      refused(
        'CNAMEAlreadyExists: another distribution has the name (https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html)',
        `CloudFront alias ${alias}`,
      ),
    ),
  'aws:route53/record:Record': ({ zoneId, name, type, setIdentifier = '', allowOverwrite }) => [
    (allowOverwrite === true ? shared : refused)(
      'InvalidChangeBatch: the record exists already (https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html)',
      `record ${type} ${name} ${setIdentifier}of zone ${zoneId}`,
    ),
  ],
  'aws:route53/zone:Zone': ({ name, vpcs = [] }, world) =>
    vpcs.map(({ vpcId }: Inputs) =>
      refused(
        'ConflictingDomainExists: the VPC has a private zone of the name already, such as that of an endpoint, whose service has the name from its end (https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html)',
        `private DNS name of ${String(name).split('.').reverse().join('.')} in ${named(vpcId, world)}`,
      ),
    ),
  'aws:ec2/vpcEndpoint:VpcEndpoint': (
    { vpcId, serviceName, vpcEndpointType, privateDnsEnabled, routeTableIds = [] },
    world,
  ) =>
    vpcEndpointType === 'Interface'
      ? privateDnsEnabled === true
        ? [
            refused(
              `the VPC has an endpoint with the service's private DNS name already (${ec2}/API_CreateVpcEndpoint.html)`,
              `private DNS name of ${serviceName} in ${named(vpcId, world)}`,
            ),
          ]
        : []
      : routeTableIds.map((table: string) =>
          refused(
            `RouteAlreadyExists: the table has a route to the service already (${ec2}/API_CreateVpcEndpoint.html)`,
            `route to ${serviceName} in ${named(table, world)}`,
          ),
        ),
  'aws:ec2/route:Route': ({ routeTableId, destinationCidrBlock, destinationIpv6CidrBlock }, world) => [
    refused(
      `RouteAlreadyExists: the table has a route to the destination already (${ec2}/API_CreateRoute.html)`,
      `route to ${destinationCidrBlock ?? destinationIpv6CidrBlock} in ${named(routeTableId, world)}`,
    ),
  ],
  'aws:ec2/routeTableAssociation:RouteTableAssociation': ({ subnetId }, world) => [
    refused(
      `Resource.AlreadyAssociated: the subnet has a route table already (${ec2}/API_AssociateRouteTable.html)`,
      `route table of ${named(subnetId, world)}`,
    ),
  ],
  'aws:ec2/subnet:Subnet': ({ vpcId, cidrBlock, ipv6CidrBlock }, world) =>
    [cidrBlock, ipv6CidrBlock].map((block) =>
      refused(
        `InvalidSubnet.Conflict: the block overlaps with a subnet that exists, unless the VPC gets another range with it (${ec2}/API_CreateSubnet.html)`,
        `addresses ${block} of ${named(vpcId, world)}`,
      ),
    ),
  'aws:ec2/natGateway:NatGateway': ({ allocationId }, world) => [
    refused(
      `Resource.AlreadyAssociated: another gateway has the address (${ec2}/API_CreateNatGateway.html)`,
      `address ${named(allocationId, world)}`,
    ),
  ],
  'aws:appautoscaling/target:Target': ({ serviceNamespace, resourceId, scalableDimension }) => [
    shared(
      'RegisterScalableTarget updates the target that exists (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html)',
      `scaling of ${scalableDimension} of ${serviceNamespace} ${resourceId}`,
    ),
  ],
  'aws:appautoscaling/scheduledAction:ScheduledAction': ({ name, resourceId, scalableDimension }) => [
    shared(
      'PutScheduledAction updates the action of the same name (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html)',
      `scheduled action ${name} of ${scalableDimension} of ${resourceId}`,
    ),
  ],
  'aws:iam/rolePolicy:RolePolicy': ({ role, name }) => [
    shared(
      'PutRolePolicy overwrites the policy of the same name (https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html)',
      `policy ${name} of role ${role}`,
    ),
  ],
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': ({ role, policyArn }) => [
    shared(
      'AttachRolePolicy succeeds for a policy that is attached already (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html)',
      `policy ${policyArn} attached to role ${role}`,
    ),
  ],
  'aws:s3/bucketObjectv2:BucketObjectv2': ({ bucket, key }) => [
    shared(
      'PutObject overwrites the object of the same key (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html)',
      `object ${key} of bucket ${bucket}`,
    ),
  ],
  'aws:apigatewayv2/route:Route': ({ apiId, routeKey }, world) => [
    refused(
      'ConflictException: the API has a route with the key already (https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html)',
      `route ${routeKey} of API ${named(apiId, world)}`,
    ),
  ],
  'aws:wafv2/webAclAssociation:WebAclAssociation': ({ resourceArn }, world) => [
    shared(
      'AssociateWebACL replaces the association that there is (https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html)',
      `web ACL of ${named(resourceArn, world)}`,
    ),
  ],
  'aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration': ({ resourceArn }, world) => [
    shared(
      'PutLoggingConfiguration overwrites the one that the ACL has (https://docs.aws.amazon.com/waf/latest/APIReference/API_PutLoggingConfiguration.html)',
      `logging of web ACL ${named(resourceArn, world)}`,
    ),
  ],
};

/** Of these the second one of a kind overwrites what the parent has one of, and deleting the first takes it away. */
const oneOf: Readonly<Record<string, string>> = {
  'aws:s3/bucketPolicy:BucketPolicy': 'bucket',
  'aws:s3/bucketNotification:BucketNotification': 'bucket',
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': 'bucket',
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': 'bucket',
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration': 'bucket',
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': 'bucket',
  'aws:sqs/queuePolicy:QueuePolicy': 'queueUrl',
  'aws:sns/topicPolicy:TopicPolicy': 'arn',
  'aws:ecr/lifecyclePolicy:LifecyclePolicy': 'repository',
  'aws:ecs/clusterCapacityProviders:ClusterCapacityProviders': 'clusterName',
};

/** Names that are unique within something else, or not at all. */
const notUnique = /appautoscaling|apigatewayv2|rolePolicy:|route53\/|lb\/listenerRule|ec2\/route/;

/** Physical names that the program gives: unique in account and region. */
function names(type: string, inputs: Inputs): Omit<Claim, 'holder'>[] {
  const key = oneOf[type];
  if (key !== undefined) {
    return [shared('a second one overwrites the first', `${kindOf(type)} of ${inputs[key]}`)];
  }
  const name = inputs.name ?? inputs.bucket;
  const isName = typeof name === 'string' && type.startsWith('aws:') && !notUnique.test(type);
  if (!isName || (inputs.name === undefined && type !== 'aws:s3/bucket:Bucket')) return [];
  return [refused('the name is taken', `name ${name} of ${kindOf(type)}`)];
}

/** A target group has targets for one balancer. */
function targetGroups(type: string, inputs: Inputs, world: World): Claim[] {
  if (!['aws:lb/listener:Listener', 'aws:lb/listenerRule:ListenerRule'].includes(type)) return [];
  const listener = inputs.listenerArn === undefined ? inputs : world.get(inputs.listenerArn)?.inputs;
  const holder = (revealed(listener) as Inputs | undefined)?.loadBalancerArn;
  if (typeof holder !== 'string') return [];
  return forwardedTo(inputs).map((group) => ({
    ...refused(
      `TargetGroupAssociationLimit: a target group can be used by one load balancer (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html)`,
      `load balancer of target group ${named(group, world)}`,
    ),
    holder,
  }));
}

/** ARNs of the target groups to which a listener or a rule sends requests. */
export function forwardedTo({ actions = [], defaultActions = [] }: Inputs): string[] {
  const found = [...actions, ...defaultActions].flatMap(({ targetGroupArn, forward }: Inputs) => [
    targetGroupArn,
    ...(forward?.targetGroups ?? []).map(({ arn }: Inputs) => arn),
  ]);
  return [...new Set(found.filter((arn) => typeof arn === 'string'))];
}

function tupleOf(inputs: Inputs, world: World): string {
  const { ipProtocol, fromPort, toPort, securityGroupId } = inputs;
  const source =
    inputs.cidrIpv4 ??
    inputs.cidrIpv6 ??
    inputs.prefixListId ??
    named(inputs.referencedSecurityGroupId, world);
  return `${ipProtocol} ${fromPort}-${toPort} ${source} of security group ${named(securityGroupId, world)}`;
}

function kindOf(type: string): string {
  return type.split(':').at(-1) ?? type;
}

/** A resource's logical name and, since an old and a new one may have the same, what tells the two apart. */
function named(reference: Properties[string], world: World): string {
  const found = world.get(String(reference));
  return found === undefined ? String(reference) : `${found.name} (${found.id})`;
}

/** Without the ids that tell an old and a new resource of one name apart. */
export function readable(identity: string): string {
  return identity.replace(/ \([^)]*\)/g, '');
}
