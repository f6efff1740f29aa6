import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Scope } from './scope.ts';

/** A security group without rules; each rule is a resource of its own, so that others can add theirs. */
export function createSecurityGroup(scope: Scope, role: string, description: string) {
  return new aws.ec2.SecurityGroup(
    `${scope.name}-${role}`,
    { vpcId: scope.settings.placement.vpcId, description, tags: scope.tags },
    scope.child,
  );
}

/** What may connect to the tasks. */
interface EntryPoint {
  /** Names the rules. */
  name: string;
  securityGroupId: pulumi.Input<string>;
  /** Port of the tasks. */
  port: number;
}

/** Lets an entry point connect to the tasks' port, and nothing else to them. */
export function connectEntryToTasks(
  scope: Scope,
  { name, securityGroupId, port }: EntryPoint,
  tasks: aws.ec2.SecurityGroup,
): pulumi.Resource[] {
  // AWS would change these in place, and so cut off at once what still uses the old rule. A new rule is created beside it.
  const options = { ...scope.child, replaceOnChanges: ['fromPort', 'toPort', 'referencedSecurityGroupId'] };
  const rule = { ipProtocol: 'tcp', fromPort: port, toPort: port, tags: scope.tags };
  return [
    new aws.vpc.SecurityGroupEgressRule(
      `${scope.name}-${name}-to-tasks`,
      {
        ...rule,
        securityGroupId,
        referencedSecurityGroupId: tasks.id,
        description: `Entry point of ${scope.name} to its tasks`,
      },
      options,
    ),
    new aws.vpc.SecurityGroupIngressRule(
      `${scope.name}-tasks-from-${name}`,
      {
        ...rule,
        securityGroupId: tasks.id,
        referencedSecurityGroupId: securityGroupId,
        description: `Tasks of ${scope.name} from its entry point`,
      },
      options,
    ),
  ];
}
