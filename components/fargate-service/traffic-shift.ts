import * as aws from '@pulumi/aws';
import { policyDocument, trustPolicy } from '../iam.ts';
import type { LoadBalancerSettings } from './defaults.ts';
import { attach, createRole } from './roles.ts';
import type { Scope } from './scope.ts';
import { createTargetGroup } from './target-group.ts';

/** What lets ECS move requests from the running tasks to those of a release. */
export interface TrafficShift {
  targetGroup: aws.lb.TargetGroup;
  alternateTargetGroup: aws.lb.TargetGroup;
  advancedConfiguration: aws.types.input.ecs.ServiceLoadBalancerAdvancedConfiguration;
  rules: aws.lb.ListenerRule[];
  policy: aws.iam.RolePolicy;
}

/**
 * The load balancer tries rules in this order. While a service changes between rolling and another strategy, two services
 * run, each with target groups and a rule of its own. The rolling one's rule is created after its service and deleted before
 * it, so that requests go there exactly as long as its tasks answer.
 */
export const rulePriorities = { rolling: 5, test: 10, production: 50 };

/** Two target groups, the rule whose weights ECS shifts between them, and the role in which it does so. */
export function createTrafficShift(
  scope: Scope,
  settings: LoadBalancerSettings,
  listener: aws.lb.Listener,
): TrafficShift {
  const { testHeader } = scope.settings.deployment;
  const primary = createTargetGroup(scope, settings, 'bg');
  const alternate = createTargetGroup(scope, settings, 'alt');
  const groups = [primary, alternate];
  const production = createShiftedRule(scope, 'production', listener, groups, {
    pathPattern: { values: ['/*'] },
  });
  const test =
    testHeader === undefined
      ? undefined
      : createShiftedRule(scope, 'test', listener, groups, {
          httpHeader: { httpHeaderName: testHeader.name, values: [testHeader.value] },
        });
  const rules = test === undefined ? [production] : [production, test];
  const { role, policy } = createReleaseRole(scope, groups, rules);
  return {
    targetGroup: primary,
    alternateTargetGroup: alternate,
    advancedConfiguration: {
      alternateTargetGroupArn: alternate.arn,
      productionListenerRule: production.arn,
      testListenerRule: test?.arn,
      roleArn: role.arn,
    },
    rules,
    policy,
  };
}

/** A rule that leads to both target groups from the start, since ECS refuses one that no rule leads to. ECS then decides
 * which of them serves; an update that set the weights again would send all requests to tasks that are gone. */
function createShiftedRule(
  scope: Scope,
  role: 'production' | 'test',
  listener: aws.lb.Listener,
  [primary, alternate]: aws.lb.TargetGroup[],
  condition: aws.types.input.lb.ListenerRuleCondition,
) {
  return new aws.lb.ListenerRule(
    `${scope.name}-${role}-rule`,
    {
      listenerArn: listener.arn,
      priority: rulePriorities[role],
      conditions: [condition],
      actions: [
        {
          type: 'forward',
          forward: {
            targetGroups: [
              { arn: (primary as aws.lb.TargetGroup).arn, weight: 100 },
              { arn: (alternate as aws.lb.TargetGroup).arn, weight: 0 },
            ],
          },
        },
      ],
      tags: scope.tags,
    },
    { ...scope.child, ignoreChanges: ['actions'] },
  );
}

/** The role in which ECS registers tasks and sets the weights of these rules; it permits nothing else. */
function createReleaseRole(scope: Scope, groups: aws.lb.TargetGroup[], rules: aws.lb.ListenerRule[]) {
  const role = createRole(
    scope,
    'release',
    `Shifts the requests of ${scope.name} to a release`,
    // Without a source: see servicesWithoutSource.
    trustPolicy('ecs.amazonaws.com'),
  );
  const policy = attach(
    scope,
    'release-policy',
    role,
    policyDocument([
      {
        sid: 'SeeLoadBalancers',
        actions: [
          'elasticloadbalancing:DescribeListeners',
          'elasticloadbalancing:DescribeRules',
          'elasticloadbalancing:DescribeTargetGroups',
          'elasticloadbalancing:DescribeTargetHealth',
        ],
        resources: ['*'],
      },
      {
        sid: 'RegisterTasks',
        actions: ['elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:RegisterTargets'],
        resources: groups.map(({ arn }) => arn),
      },
      {
        sid: 'ShiftRequests',
        actions: ['elasticloadbalancing:ModifyRule'],
        resources: rules.map(({ arn }) => arn),
      },
    ]),
  );
  return { role, policy };
}
