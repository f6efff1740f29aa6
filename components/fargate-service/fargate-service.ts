import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { createTaskSecurityGroup } from '../fargate-task/index.ts';
import type { PolicyStatement } from '../iam.ts';
import { attachPolicy } from '../role-policy.ts';
import { assertValid } from '../validation.ts';
import type { FargateServiceArgs } from './args.ts';
import { createCluster } from './cluster.ts';
import { withDefaults } from './defaults.ts';
import type { Exposure } from './exposure.ts';
import { createHttpApi } from './http-api.ts';
import { createListenerRules } from './listener-rules.ts';
import { createLoadBalancer } from './load-balancer.ts';
import { createLogGroup } from './logs.ts';
import { releasedTaskDefinition } from './release/check.ts';
import { createRoles } from './roles.ts';
import { createRollbackAlarms } from './rollback-alarms.ts';
import { createScaling } from './scaling.ts';
import type { Scope } from './scope.ts';
import { createService } from './service.ts';
import { createTaskDefinition } from './task.ts';
import { problems } from './validate.ts';

/**
 * A container on Fargate, reached through a load balancer or an HTTP API, or not at all (a worker).
 *
 * ```ts
 * const api = new FargateService('api', {
 *   placement: network.placement,
 *   image: image.reference,
 *   loadBalancer: { subnetIds: network.publicSubnetIds, internetFacing: true, certificateArn },
 *   scaling: { min: 3, max: 12, targetCpuPercent: 60 },
 * });
 * api.grantTaskRole('users', [{ actions: ['dynamodb:GetItem'], resources: [users.arn] }]);
 * ```
 *
 * **Costs** at rest, USD a month in us-east-1: a task of ¼ ARM vCPU and ½ GB 7.21 (Spot about a third of it), its
 * public address, if any, 3.65. A load balancer adds 16.43 and 3.65 per public subnet, an HTTP API 0.50.
 * Logs 0.50 per GB.
 *
 * **Open to**: only the entry point can connect to the tasks, and only what its arguments allow can connect to the
 * entry point, on 80 and 443. The tasks may connect to TCP 443 anywhere unless `placement` says otherwise.
 *
 * **Releases**: `pulumi up` waits until ECS's deployment has succeeded, and fails with the reason when ECS rolled it
 * back. Behind a load
 * balancer no response is lost; an HTTP API does not drain, and a release may lose one.
 *
 * Children are called `<name>-<role>` (`api-service`, `api-task-definition`, `api-lb`, …). Rarer settings go through the option
 * `transforms`, which gets each child's type, name and arguments. Sticky sessions, say, and a limit of open files:
 *
 * ```ts
 * transforms: [
 *   ({ type, props, opts }) =>
 *     type === 'aws:lb/targetGroup:TargetGroup'
 *       ? { props: { ...props, stickiness: { type: 'lb_cookie', cookieDuration: 3600 } }, opts }
 *       : undefined,
 *   ({ type, props, opts }) => {
 *     if (type !== 'aws:ecs/taskDefinition:TaskDefinition') return undefined;
 *     const containerDefinitions = pulumi.output(props.containerDefinitions).apply((text) => {
 *       const [app, ...sidecars] = JSON.parse(text);
 *       const ulimits = [{ name: 'nofile', softLimit: 65536, hardLimit: 65536 }];
 *       return JSON.stringify([{ ...app, ulimits }, ...sidecars]);
 *     });
 *     return { props: { ...props, containerDefinitions }, opts };
 *   },
 * ]
 * ```
 *
 * @throws an error that lists every problem of the arguments
 */
export class FargateService extends pulumi.ComponentResource {
  /** Where requests go, known once they are answered there; undefined for a worker. */
  readonly url: pulumi.Output<string> | undefined;
  readonly clusterArn: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  /** The task definition that runs; known only once the release has succeeded. */
  readonly taskDefinitionArn: pulumi.Output<string>;
  readonly taskRole: aws.iam.Role;
  readonly executionRole: aws.iam.Role;
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly taskSecurityGroup: aws.ec2.SecurityGroup;
  readonly taskDefinition: aws.ecs.TaskDefinition;
  readonly service: aws.ecs.Service;
  /** What Application Auto Scaling knows the service by; policies of `scaling.external` are for it. */
  readonly scalingTarget: aws.appautoscaling.Target;
  /** Security group of the service's own load balancer or of the VPC link. To let others connect to the load balancer, add
   * a rule to it. */
  readonly entrySecurityGroup: aws.ec2.SecurityGroup | undefined;
  /** The service's own load balancer; undefined where it is shared. */
  readonly loadBalancer: aws.lb.LoadBalancer | undefined;
  /** The listener that serves, not the one that redirects. */
  readonly listener: aws.lb.Listener | undefined;
  /** Of several listener rules that of the first. */
  readonly targetGroup: aws.lb.TargetGroup | undefined;
  /** The second target group, where `deployment.strategy` shifts requests. The two take turns from release to release. */
  readonly alternateTargetGroup: aws.lb.TargetGroup | undefined;
  readonly api: aws.apigatewayv2.Api | undefined;
  /** The alarm on the share of 5xx answers. */
  readonly errorAlarm: aws.cloudwatch.MetricAlarm | undefined;

  constructor(name: string, args: FargateServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = withDefaults(name, args);
    assertValid('FargateService', name, problems(name, args, settings));
    super('trellis:index:FargateService', name, {}, opts);
    names.set(this, name);
    const scope: Scope = { name, settings, tags: settings.tags, child: { parent: this } };

    const logGroup = createLogGroup(scope, 'logs');
    const isLogged = settings.enableExec && settings.clusterArn === undefined;
    const execLogGroup = isLogged ? createLogGroup(scope, 'exec-logs') : undefined;
    const cluster = createCluster(scope, execLogGroup);
    const roles = createRoles(scope, logGroup, execLogGroup);
    const taskDefinition = createTaskDefinition(scope, roles, logGroup);
    const tasks = createTaskSecurityGroup(scope, `Tasks of ${name}`);
    const exposure = createExposure(scope, tasks.group);
    const { errorAlarm, rollbackAlarms } = createRollbackAlarms(scope, exposure);
    const service = createService(scope, {
      cluster,
      taskDefinition,
      tasks: tasks.group,
      exposure,
      rollbackAlarms,
      prerequisites: [...roles.policies, ...tasks.rules],
    });
    this.scalingTarget = createScaling(scope, cluster, service, exposure);

    this.url = exposure === undefined ? undefined : answeredUrl(exposure, service);
    this.clusterArn = cluster.arn;
    this.clusterName = cluster.name;
    this.serviceName = service.name;
    this.taskDefinitionArn = releasedTaskDefinition(
      service,
      taskDefinition,
      settings.deployment.timeoutMinutes,
      this,
    );
    this.taskRole = roles.task;
    this.executionRole = roles.execution;
    this.logGroup = logGroup;
    this.taskSecurityGroup = tasks.group;
    this.taskDefinition = taskDefinition;
    this.service = service;
    this.entrySecurityGroup = exposure?.entrySecurityGroup;
    this.loadBalancer = exposure?.loadBalancer;
    this.listener = exposure?.listener;
    this.targetGroup = exposure?.targetGroup;
    this.alternateTargetGroup = exposure?.alternateTargetGroup;
    this.api = exposure?.api;
    this.errorAlarm = errorAlarm;
    this.registerOutputs({
      clusterName: this.clusterName,
      serviceName: this.serviceName,
      ...(this.url === undefined ? {} : { url: this.url }),
    });
  }

  /**
   * Gives the tasks further permissions, on resources that are made after the service.
   *
   * @param name names the policy (`<service>-<name>`)
   */
  grantTaskRole(name: string, statements: PolicyStatement[]): aws.iam.RolePolicy {
    return attachPolicy(`${names.get(this)}-${name}`, this.taskRole.name, statements, { parent: this });
  }
}

/** Pulumi names, for grants. They are kept outside of the class, since Pulumi makes each field, private ones too, an
 * output in every language. */
const names = new WeakMap<FargateService, string>();

/** The address, known once requests to it are answered: a CDN sends them to the old one until then. A preview knows URNs,
 * so it knows the address too. */
function answeredUrl(exposure: Exposure, service: aws.ecs.Service): pulumi.Output<string> {
  const needed = [service, ...exposure.prerequisites, ...exposure.leadTo(service)];
  return pulumi.all([exposure.url, ...needed.map(({ urn }) => urn)]).apply(([url]) => url as string);
}

/** Creates the entry point that was asked for, or none. */
function createExposure(scope: Scope, tasks: aws.ec2.SecurityGroup): Exposure | undefined {
  const { loadBalancer, apiGateway } = scope.settings;
  const [rule, ...rules] = scope.settings.listenerRules;
  if (rule !== undefined) return createListenerRules(scope, [rule, ...rules], tasks);
  if (loadBalancer !== undefined) return createLoadBalancer(scope, loadBalancer, tasks);
  if (apiGateway !== undefined) return createHttpApi(scope, apiGateway, tasks);
  return undefined;
}
