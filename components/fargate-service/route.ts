import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { AnswerMetrics } from './exposure.ts';
import type { Scope } from './scope.ts';
import type { TargetGroupPlan } from './target-group.ts';

type Condition = aws.types.input.lb.ListenerRuleCondition;

/** How a listener leads to the tasks. */
export interface Route {
  listenerArn: pulumi.Input<string>;
  /** Suffix of the load balancer's ARN. */
  arnSuffix: pulumi.Input<string>;
  /** Which requests it is for. */
  conditions: Condition[];
  /** Which of them may ask for a release under test, beside the header. */
  testConditions: Condition[];
  /**
   * The load balancer tries rules in this order. While a service changes between rolling and another strategy, two services
   * run, each with target groups and a rule of its own. The rolling one's rule is created after its service and deleted
   * before it, so that requests go there exactly as long as its tasks answer.
   */
  priorities: { rolling: number; test: number; production: number };
  /** Container that answers, and its port. */
  container: string;
  port: number;
  group: TargetGroupPlan;
}

/** What lets ECS move requests from the running tasks to those of a release. */
export interface TrafficShift {
  alternateTargetGroup: aws.lb.TargetGroup;
  advancedConfiguration: aws.types.input.ecs.ServiceLoadBalancerAdvancedConfiguration;
  /** What must exist before the service: the rules, and the permission to shift them. */
  prerequisites: pulumi.Resource[];
}

/** The target group that tasks join; two where releases shift the requests from one to the other. */
export interface Targets {
  targetGroup: aws.lb.TargetGroup;
  shift?: TrafficShift;
}

export const everyPath: Condition = { pathPattern: { values: ['/*'] } };

/** The rule is created and changed after the service: requests go to another target group once tasks answer there. */
export function createForwardingRule(
  scope: Scope,
  { group, listenerArn, conditions, priorities }: Route,
  targetGroup: aws.lb.TargetGroup,
  service: aws.ecs.Service,
) {
  return new aws.lb.ListenerRule(
    `${group.name}-rule`,
    {
      listenerArn,
      priority: priorities.rolling,
      conditions,
      actions: [{ type: 'forward', targetGroupArn: targetGroup.arn }],
      tags: scope.tags,
    },
    { ...scope.child, dependsOn: service },
  );
}

/** What the ECS service registers its tasks with. */
export function registration(
  { container, port }: Route,
  { targetGroup, shift }: Targets,
): aws.types.input.ecs.ServiceLoadBalancer {
  return {
    targetGroupArn: targetGroup.arn,
    containerName: container,
    containerPort: port,
    advancedConfiguration: shift?.advancedConfiguration,
  };
}

/** All target groups. */
export function groupsOf({ targetGroup, shift }: Targets): aws.lb.TargetGroup[] {
  return shift === undefined ? [targetGroup] : [targetGroup, shift.alternateTargetGroup];
}

/** CloudWatch's metrics of the answers of one target group. */
export function answersOf({ arnSuffix }: Route, group: aws.lb.TargetGroup): AnswerMetrics {
  return {
    namespace: 'AWS/ApplicationELB',
    dimensions: { LoadBalancer: arnSuffix, TargetGroup: group.arnSuffix },
    requests: ['RequestCount'],
    errors: ['HTTPCode_Target_5XX_Count'],
  };
}

/** Names the load balancer and the target group whose requests are counted for each task. */
export function requestLabel({ arnSuffix }: Route, group: aws.lb.TargetGroup): pulumi.Output<string> {
  return pulumi.interpolate`${arnSuffix}/${group.arnSuffix}`;
}
