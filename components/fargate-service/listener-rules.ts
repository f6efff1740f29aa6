import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { take } from '../load-balancer/index.ts';
import type { ListenerRuleSettings } from './defaults.ts';
import { shiftsTraffic } from './deployment.ts';
import type { Exposure } from './exposure.ts';
import {
  answersOf,
  createForwardingRule,
  everyPath,
  groupsOf,
  type Route,
  registration,
  requestLabel,
  type Targets,
} from './route.ts';
import type { Scope } from './scope.ts';
import { connectEntryToTasks } from './security-groups.ts';
import { createTargetGroup } from './target-group.ts';
import { createTrafficShift } from './traffic-shift.ts';

interface Led {
  route: Route;
  targets: Targets;
  prerequisites: pulumi.Resource[];
}

/** Rules on listeners that others share, each with target groups of its own. */
export function createListenerRules(
  scope: Scope,
  rules: [ListenerRuleSettings, ...ListenerRuleSettings[]],
  tasks: aws.ec2.SecurityGroup,
): Exposure {
  const connections = connect(scope, rules, tasks);
  const led = rules.map((rule) => createRoute(scope, rule));
  const [first] = led as [Led, ...Led[]];
  const [answers, ...others] = led.flatMap(({ route, targets }) =>
    groupsOf(targets).map((group) => answersOf(route, group)),
  );
  const { targetGroup, shift } = first.targets;
  return {
    url: urlOf(rules[0]),
    loadBalancers: led.map(({ route, targets }) => registration(route, targets)),
    prerequisites: [...connections, ...led.flatMap(({ prerequisites }) => prerequisites)],
    leadTo: (service) =>
      led
        .filter(({ targets }) => targets.shift === undefined)
        .map(({ route, targets }) => createForwardingRule(scope, route, targets.targetGroup, service)),
    answers: answers as NonNullable<typeof answers>,
    perGroup: others,
    requestLabel: requestLabel(first.route, targetGroup),
    healthCheckGracePeriodSeconds: Math.max(
      ...rules.map((rule) => rule.targetGroup.healthCheckGracePeriodSeconds),
    ),
    targetGroup,
    alternateTargetGroup: shift?.alternateTargetGroup,
  };
}

/** The first rule's first host, if it is a name, else the load balancer's own address. */
function urlOf({ listener, hosts: [host] }: ListenerRuleSettings): pulumi.Output<string> {
  const url = pulumi.output(listener.url);
  if (host === undefined || /[*?]/.test(host)) return url;
  return url.apply((own) => `${own.split('://')[0]}://${host}`);
}

/** Two rules for one port of one load balancer share a connection: AWS refuses the same rule of a security group twice. */
function connect(
  scope: Scope,
  rules: ListenerRuleSettings[],
  tasks: aws.ec2.SecurityGroup,
): pulumi.Resource[] {
  const isFirst = ({ listener, port }: ListenerRuleSettings, index: number) =>
    rules.findIndex(
      (one) => one.listener.securityGroupId === listener.securityGroupId && one.port === port,
    ) === index;
  return rules
    .filter(isFirst)
    .flatMap(({ name, listener, port }) =>
      connectEntryToTasks(scope, { name, securityGroupId: listener.securityGroupId, port }, tasks),
    );
}

function createRoute(scope: Scope, rule: ListenerRuleSettings): Led {
  const { listener, priority, container, port } = rule;
  const name = `${scope.name}-${rule.name}`;
  take(listener.listenerArn, priority, name);
  const conditions = conditionsOf(rule);
  const route: Route = {
    listenerArn: listener.listenerArn,
    arnSuffix: listener.arnSuffix,
    conditions,
    testConditions: conditions,
    priorities: { rolling: priority, test: priority + 1, production: priority + 2 },
    container,
    port,
    group: { name, port: 80, settings: rule.targetGroup },
  };
  if (shiftsTraffic(scope.settings.deployment.strategy)) {
    const targets = createTrafficShift(scope, route);
    return { route, targets, prerequisites: targets.shift.prerequisites };
  }
  const targetGroup = createTargetGroup(scope, route.group, 'rg');
  return {
    route,
    targets: { targetGroup },
    prerequisites: [attach(scope, route, targetGroup, priority + 3)],
  };
}

function conditionsOf({ hosts, paths }: ListenerRuleSettings): Route['conditions'] {
  if (hosts.length === 0 && paths.length === 0) return [everyPath];
  return [
    ...(hosts.length === 0 ? [] : [{ hostHeader: { values: hosts } }]),
    ...(paths.length === 0 ? [] : [{ pathPattern: { values: paths } }]),
  ];
}

/** A rule that no request matches, since no host is called so. It exists because ECS refuses a target group to which no
 * listener leads, while the rule that matches is made after the service. */
function attach(
  { tags, child }: Scope,
  { group, listenerArn }: Route,
  targetGroup: aws.lb.TargetGroup,
  priority: number,
): aws.lb.ListenerRule {
  return new aws.lb.ListenerRule(
    `${group.name}-attach-rule`,
    {
      listenerArn,
      priority,
      conditions: [{ hostHeader: { values: [`${group.name}.invalid`] } }],
      actions: [{ type: 'forward', targetGroupArn: targetGroup.arn }],
      tags,
    },
    child,
  );
}
