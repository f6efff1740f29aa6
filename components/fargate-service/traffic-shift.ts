import * as aws from '@pulumi/aws';
import { isIpv6 } from '../fargate-task/index.ts';
import { policyDocument, trustPolicy } from '../iam.ts';
import { attach, createRole } from './roles.ts';
import type { Route, TrafficShift } from './route.ts';
import type { Scope } from './scope.ts';
import { createTargetGroup } from './target-group.ts';

/** Two target groups, the rule whose weights ECS shifts between them, and the role in which it does so. */
export function createTrafficShift(
  scope: Scope,
  route: Route,
): { targetGroup: aws.lb.TargetGroup; shift: TrafficShift } {
  const { testHeader } = scope.settings.deployment;
  const primary = createTargetGroup(scope, route.group, 'bg');
  const alternate = createTargetGroup(scope, route.group, 'alt');
  const groups = [primary, alternate];
  const production = createShiftedRule(scope, 'production', route, groups, route.conditions);
  const test =
    testHeader === undefined
      ? undefined
      : createShiftedRule(scope, 'test', route, groups, [
          ...route.testConditions,
          { httpHeader: { httpHeaderName: testHeader.name, values: [testHeader.value] } },
        ]);
  const rules = test === undefined ? [production] : [production, test];
  const { role, policy } = createReleaseRole(scope, groups, rules);
  const shift = {
    alternateTargetGroup: alternate,
    advancedConfiguration: {
      alternateTargetGroupArn: alternate.arn,
      productionListenerRule: production.arn,
      testListenerRule: test?.arn,
      roleArn: role.arn,
    },
    prerequisites: [...rules, policy],
  };
  return { targetGroup: primary, shift };
}

/** A rule that leads to both target groups from the start, since ECS refuses one that no rule leads to. ECS then decides
 * which of them serves; an update that set the weights again would send all requests to tasks that are gone. */
function createShiftedRule(
  scope: Scope,
  role: 'production' | 'test',
  { group, listenerArn, priorities }: Route,
  [primary, alternate]: aws.lb.TargetGroup[],
  conditions: aws.types.input.lb.ListenerRuleCondition[],
) {
  // What it leads to is ECS's own, so a rule that was replaced would go on leading to groups of the other kind.
  const kind = isIpv6(scope.settings.placement) ? '-ipv6' : '';
  return new aws.lb.ListenerRule(
    `${group.name}-${role}${kind}-rule`,
    {
      listenerArn,
      priority: priorities[role],
      conditions,
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
