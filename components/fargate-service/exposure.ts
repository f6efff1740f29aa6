import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

/** How requests reach the tasks; the rest of the component need not know which way was chosen. */
export interface Exposure {
  url: pulumi.Output<string>;
  entrySecurityGroup: aws.ec2.SecurityGroup;
  /** What the ECS service registers its tasks with; one of the two. */
  loadBalancers?: aws.types.input.ecs.ServiceLoadBalancer[];
  serviceRegistries?: aws.types.input.ecs.ServiceServiceRegistries;
  /** Must exist before the service: ECS refuses a target group that no listener uses, and a task that cannot be
   * reached fails its health check. */
  requisites: pulumi.Resource[];
  /** CloudWatch metrics of the answers: all of them, and those that were 5xx. */
  answers: AnswerMetrics;
  /** The same for each target group, where a release has one of its own: a few requests that fail there would not
   * show among all. */
  perGroup: AnswerMetrics[];
  loadBalancer?: aws.lb.LoadBalancer;
  listener?: aws.lb.Listener;
  targetGroup?: aws.lb.TargetGroup;
  alternateTargetGroup?: aws.lb.TargetGroup;
  api?: aws.apigatewayv2.Api;
}

export interface AnswerMetrics {
  namespace: string;
  dimensions: { [name: string]: pulumi.Input<string> };
  /** Metric names. `requests` excludes what the entry point answered without a target where it counts so. */
  requests: string[];
  errors: string[];
}
