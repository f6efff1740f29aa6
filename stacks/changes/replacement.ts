/**
 * What replaces a resource. `replacement.json` holds the facts, one entry for each type that the stacks can make, read
 * in the source of the providers:
 * - hashicorp/terraform-provider-aws at 5f2286d6d836 (June 2026, before 6.48.0): the schemas property by property with
 *   their nested blocks (ForceNew; RequiresReplace in the framework), CustomizeDiff and ModifyPlan by hand, as `when`;
 * - hashicorp/terraform-provider-random at e1092b0cfc07 (3.9.0), likewise;
 * - pulumi/pulumi-docker-build 0.0.14;
 * - pulumi/pulumi-aws, the resource overrides of version 7, and pulumi/pulumi-terraform-bridge 3.135.0
 *   (nameRequiresDeleteBeforeReplace): names, and which types are deleted before they are replaced.
 * The AWS source is some months older than what `versions` pins, which could not be had. So every argument of the
 * pinned version was looked up in it, nested ones too: what that source does not know yet is 'may'.
 */
import table from './replacement.json' with { type: 'json' };

export interface Replacement {
  /** The file in the provider, and the function that states the conditions. */
  readonly source: string;
  /**
   * By Pulumi's property path. A path stands for itself and for all that is below it, and a block that comes or goes as
   * a whole is a change of each of its leaves. Every input that is not named here is updated in place.
   */
  readonly replaces: Readonly<Record<string, true | { readonly when: string } | 'may'>>;
  /** The bridge deletes the old resource before it makes the new one, whatever the program says. */
  readonly deleteBeforeReplace?: true;
  /**
   * The property whose value Pulumi makes up, so that old and new can exist at once. Where the program gives it, the
   * bridge deletes before it replaces, unless the type is of the `framework`.
   */
  readonly autoName?: string;
  /** The provider's newer part: here a name that the program gives does not make the bridge delete first. */
  readonly framework?: true;
}

/** An upgrade of these asks for a new look at the table. */
export const versions = { aws: '7.48.0', 'docker-build': '0.0.14', random: '4.21.2' } as const;

/** By Pulumi's type token. */
export const replacement = table as Readonly<Record<string, Replacement>>;

/** What surprises, by type. '*' is for all. */
export const facts: Readonly<Record<string, readonly string[]>> = {
  '*': [
    "Pulumi's provider writes its own region into each regional resource, so another aws:region replaces all of them.",
    'Tags are updated in place on every type; only the tags that a compute environment gives its instances are not.',
    'A name that the program gives makes the bridge delete before it replaces, for every cause, see autoName.',
    'A property that AWS fills in (launchType, availabilityZone, …) keeps its value when it is left out: no change.',
    'Policies and container definitions are compared by meaning: another order of their keys is no change.',
  ],
  'aws:apigatewayv2/vpcLink:VpcLink': [
    'Subnets and security groups replace it; only its name and tags are updated.',
  ],
  'aws:batch/computeEnvironment:ComputeEnvironment': [
    "AWS Batch updates in place where the service role is AWS's own, or left out, and the allocation strategy is " +
      'BEST_FIT_PROGRESSIVE, SPOT_CAPACITY_OPTIMIZED or SPOT_PRICE_CAPACITY_OPTIMIZED. Fargate has no such strategy.',
    'On Fargate, subnets, security groups and vCPUs are updated in place nevertheless.',
    'Another kind (FARGATE, FARGATE_SPOT) is planned as an update in place, which AWS Batch refuses: ' +
      'https://docs.aws.amazon.com/batch/latest/userguide/updating-compute-environments.html',
  ],
  'aws:batch/jobDefinition:JobDefinition': [
    'Any change but of its name registers a new revision in place: arn, id and revision change for what reads them.',
    'The old revision is deregistered unless deregisterOnNewRevision is false.',
  ],
  'aws:batch/jobQueue:JobQueue': [
    'Only its name replaces it; a given name collides, since the new one comes first.',
  ],
  'aws:cloudfront/function:Function': [
    "Tags came after the source that was read; the provider's own tests update them.",
  ],
  'aws:ec2/flowLog:FlowLog': ['Everything but its tags replaces it.'],
  'aws:ecs/service:Service': [
    'Only name, cluster, launchType, iamRole and schedulingStrategy replace it; balancers, network, deployment ' +
      'controller and strategy are updated in place.',
    'The provider refuses another capacityProviderStrategies unless forceNewDeployment is true, already in the preview.',
    'Other triggers are no change unless forceNewDeployment is true.',
  ],
  'aws:ecs/taskDefinition:TaskDefinition': ['Everything but tags, skipDestroy and trackLatest replaces it.'],
  'aws:iam/policy:Policy': ['Its description replaces it.'],
  'aws:lb/listener:Listener': [
    'Only its balancer replaces it; port, protocol, certificate and actions are updated.',
  ],
  'aws:lb/listenerRule:ListenerRule': ['Only its listener replaces it; the priority is set in place.'],
  'aws:lb/targetGroup:TargetGroup': [
    'Port, protocol, version, VPC and target type replace it; health checks do not.',
  ],
  'aws:s3/bucketVersioning:BucketVersioning': ['The provider refuses Disabled after Enabled or Suspended.'],
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': ['See the ingress rule.'],
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': [
    'Its security group or another kind of source replaces it; ports, protocol and addresses are modified in place.',
  ],
  'aws:wafv2/webAclAssociation:WebAclAssociation': [
    'It is deleted by its resource alone: when another ACL replaces it, deleting the old one takes the new one away.',
  ],
  'aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration': [
    'It is deleted by its ACL alone: when another destination replaces it, deleting the old one takes the new one away.',
  ],
  'docker-build:index:Image': [
    'Every change is an update in place, which builds and pushes again under the same tags.',
    'A changed file of the context is a change, although no input shows it: the provider hashes the context.',
  ],
};
