import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { containerName } from './container-definition.ts';
import type { LoadBalancerSettings } from './defaults.ts';
import { shiftsTraffic } from './deployment.ts';
import type { Exposure } from './exposure.ts';
import type { Scope } from './scope.ts';
import { connectEntryToTasks, createSecurityGroup } from './security-groups.ts';
import { createTargetGroup } from './target-group.ts';
import { createTrafficShift, rulePriorities, type TrafficShift } from './traffic-shift.ts';

/** The load balancer, its listeners, and the target group that the service's tasks join: two where releases shift the
 * requests from one to the other. */
export function createLoadBalancer(
  scope: Scope,
  settings: LoadBalancerSettings,
  tasks: aws.ec2.SecurityGroup,
): Exposure {
  const entry = createSecurityGroup(scope, 'entry', `Load balancer of ${scope.name}`);
  const ingress = createIngressRules(scope, settings, entry);
  const connection = connectEntryToTasks(scope, entry, tasks);
  const loadBalancer = createBalancer(scope, settings, entry);
  const rolling = shiftsTraffic(scope.settings.deployment.strategy)
    ? undefined
    : createTargetGroup(scope, settings, 'rg');
  const listeners = createListeners(scope, settings, loadBalancer, rolling);
  const listener = listeners.https ?? listeners.http;
  const shift = rolling === undefined ? createTrafficShift(scope, settings, listener) : undefined;
  const targetGroup = rolling ?? (shift as TrafficShift).targetGroup;
  createWebAclAssociation(scope, settings, loadBalancer);
  return {
    url: pulumi.interpolate`${settings.certificateArn === undefined ? 'http' : 'https'}://${settings.domainName ?? loadBalancer.dnsName}`,
    entrySecurityGroup: entry,
    loadBalancers: [
      {
        targetGroupArn: targetGroup.arn,
        containerName,
        containerPort: scope.settings.port,
        advancedConfiguration: shift?.advancedConfiguration,
      },
    ],
    prerequisites: [
      ...Object.values(listeners),
      ...(shift === undefined ? [] : [...shift.rules, shift.policy]),
      ...ingress,
      ...connection,
    ],
    leadTo: (service) =>
      shift === undefined ? [createForwardingRule(scope, listener, targetGroup, service)] : [],
    answers: {
      namespace: 'AWS/ApplicationELB',
      dimensions: { LoadBalancer: loadBalancer.arnSuffix },
      requests: ['RequestCount', 'HTTPCode_ELB_5XX_Count'],
      errors: ['HTTPCode_Target_5XX_Count', 'HTTPCode_ELB_5XX_Count'],
    },
    perGroup:
      shift === undefined
        ? []
        : [targetGroup, shift.alternateTargetGroup].map((group) => ({
            namespace: 'AWS/ApplicationELB',
            dimensions: { LoadBalancer: loadBalancer.arnSuffix, TargetGroup: group.arnSuffix },
            requests: ['RequestCount'],
            errors: ['HTTPCode_Target_5XX_Count'],
          })),
    loadBalancer,
    listener,
    targetGroup,
    alternateTargetGroup: shift?.alternateTargetGroup,
  };
}

/** Ports that are open to callers. With HTTPS, port 80 stays open for the redirect. */
function openPorts(settings: LoadBalancerSettings): number[] {
  return settings.certificateArn === undefined ? [80] : [80, 443];
}

function createIngressRules(scope: Scope, settings: LoadBalancerSettings, entry: aws.ec2.SecurityGroup) {
  const sources = [
    ...settings.allowedCidrs.map((cidrIpv4, index) => ({
      // By its value: by its place in the list, a range would become its neighbour's rule, which AWS refuses twice.
      name: cidrIpv4.replace('/', '-'),
      formerNames: [`cidr${index}`],
      source: { cidrIpv4 },
    })),
    ...settings.allowedPrefixListIds.map((prefixListId, index) => ({
      name: `list${index}`,
      formerNames: [],
      source: { prefixListId },
    })),
    ...settings.allowedSecurityGroupIds.map((referencedSecurityGroupId, index) => ({
      name: `group${index}`,
      formerNames: [],
      source: { referencedSecurityGroupId },
    })),
  ];
  return openPorts(settings).flatMap((port) =>
    sources.map(
      ({ name, formerNames, source }) =>
        new aws.vpc.SecurityGroupIngressRule(
          `${scope.name}-from-${name}-${port}`,
          {
            ...source,
            securityGroupId: entry.id,
            description: `Callers of ${scope.name} on port ${port}`,
            ipProtocol: 'tcp',
            fromPort: port,
            toPort: port,
            tags: scope.tags,
          },
          {
            ...scope.child,
            aliases: formerNames.map((former) => ({ name: `${scope.name}-from-${former}-${port}` })),
          },
        ),
    ),
  );
}

function createBalancer(scope: Scope, settings: LoadBalancerSettings, entry: aws.ec2.SecurityGroup) {
  return new aws.lb.LoadBalancer(
    `${scope.name}-lb`,
    {
      loadBalancerType: 'application',
      internal: !settings.internetFacing,
      subnets: settings.subnetIds,
      securityGroups: [entry.id],
      idleTimeout: settings.idleTimeoutSeconds,
      enableDeletionProtection: settings.deletionProtection,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: 'defensive',
      accessLogs:
        settings.accessLogsBucket === undefined
          ? undefined
          : { bucket: settings.accessLogsBucket, prefix: scope.name, enabled: true },
      tags: scope.tags,
    },
    {
      ...scope.child,
      // AWS would refuse to delete it at the very end of a replacement. Pulumi refuses before anything has changed.
      protect: settings.deletionProtection,
      // Its security group is replaced only with the VPC, and AWS moves no load balancer into another VPC.
      replaceOnChanges: ['securityGroups'],
    },
  );
}

type Action = aws.types.input.lb.ListenerDefaultAction;

/** Answers 404 where no rule matches. Releases that shift requests reach the tasks by rules alone. */
const refusal: Action = {
  type: 'fixed-response',
  fixedResponse: { contentType: 'text/plain', statusCode: '404', messageBody: 'Not found' },
};

const redirection: Action = {
  type: 'redirect',
  redirect: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' },
};

/**
 * One listener for port 80, with or without a certificate, since AWS refuses a second one beside it. With a certificate it
 * redirects, and another listener serves HTTPS.
 *
 * @param targetGroup the one of a rolling release. Its rule is created after the service, but ECS refuses a target group
 * to which no listener leads. So the default action leads to it as well.
 */
function createListeners(
  scope: Scope,
  settings: LoadBalancerSettings,
  loadBalancer: aws.lb.LoadBalancer,
  targetGroup: aws.lb.TargetGroup | undefined,
) {
  const { certificateArn, sslPolicy } = settings;
  const common = { loadBalancerArn: loadBalancer.arn, tags: scope.tags };
  const action: Action =
    targetGroup === undefined ? refusal : { type: 'forward', targetGroupArn: targetGroup.arn };
  const http = new aws.lb.Listener(
    `${scope.name}-http`,
    {
      ...common,
      port: 80,
      protocol: 'HTTP',
      defaultActions: [certificateArn === undefined ? action : redirection],
    },
    { ...scope.child, aliases: [{ name: `${scope.name}-redirect` }] },
  );
  if (certificateArn === undefined) return { http };
  const https = new aws.lb.Listener(
    `${scope.name}-https`,
    { ...common, port: 443, protocol: 'HTTPS', certificateArn, sslPolicy, defaultActions: [action] },
    scope.child,
  );
  return { http, https };
}

/** The rule is created and changed after the service: requests go to another target group once tasks answer there. */
function createForwardingRule(
  scope: Scope,
  listener: aws.lb.Listener,
  targetGroup: aws.lb.TargetGroup,
  service: aws.ecs.Service,
) {
  return new aws.lb.ListenerRule(
    `${scope.name}-rule`,
    {
      listenerArn: listener.arn,
      priority: rulePriorities.rolling,
      conditions: [{ pathPattern: { values: ['/*'] } }],
      actions: [{ type: 'forward', targetGroupArn: targetGroup.arn }],
      tags: scope.tags,
    },
    { ...scope.child, dependsOn: service },
  );
}

function createWebAclAssociation(
  scope: Scope,
  { webAclArn }: LoadBalancerSettings,
  loadBalancer: aws.lb.LoadBalancer,
) {
  if (webAclArn === undefined) return;
  new aws.wafv2.WebAclAssociation(
    `${scope.name}-web-acl`,
    { resourceArn: loadBalancer.arn, webAclArn },
    // A load balancer has one web ACL. Deleting the old association last would take the new one away.
    { ...scope.child, deleteBeforeReplace: true },
  );
}
