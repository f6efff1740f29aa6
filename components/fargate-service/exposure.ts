import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

/** How requests reach the tasks: the same for a load balancer and an HTTP API, so that the rest of the component need
 * not know which of them it is. */
export interface Exposure {
  url: pulumi.Output<string>;
  /** Undefined for load balancers that are shared: theirs is made elsewhere. */
  entrySecurityGroup?: aws.ec2.SecurityGroup;
  /** What the ECS service registers its tasks with; one of the two. */
  loadBalancers?: aws.types.input.ecs.ServiceLoadBalancer[];
  serviceRegistries?: aws.types.input.ecs.ServiceServiceRegistries;
  /** What must exist before the service: ECS refuses a target group that no listener uses, and a task that cannot be
   * reached fails its health check. */
  prerequisites: pulumi.Resource[];
  /** Leads requests to the tasks, after the service has some: until then they go on where they went before. */
  leadTo(service: aws.ecs.Service): pulumi.Resource[];
  /** CloudWatch metrics that count all answers, and those that were 5xx. */
  answers: AnswerMetrics;
  /** The same for each target group, where a release has one of its own: the few requests of a canary that fail would
   * not show among all. */
  perGroup: AnswerMetrics[];
  /** Names load balancer and target group where the requests of each task can be counted. */
  requestLabel?: pulumi.Output<string>;
  /** Seconds after a task's start in which failed checks of a load balancer do not count. */
  healthCheckGracePeriodSeconds?: number;
  loadBalancer?: aws.lb.LoadBalancer;
  listener?: aws.lb.Listener;
  targetGroup?: aws.lb.TargetGroup;
  alternateTargetGroup?: aws.lb.TargetGroup;
  api?: aws.apigatewayv2.Api;
}

export interface AnswerMetrics {
  namespace: string;
  dimensions: { [name: string]: pulumi.Input<string> };
  /** Metric names. `requests` names two metrics where one leaves out what the entry point answered by itself. */
  requests: string[];
  errors: string[];
}
