import type * as pulumi from '@pulumi/pulumi';

/** An Application Load Balancer. */
export interface LoadBalancerArgs {
  vpcId: pulumi.Input<string>;
  /** In two availability zones at least: public ones when it is `internetFacing`. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Reachable from the internet, rather than from the VPC alone. @default false */
  internetFacing?: boolean;
  /** IPv6 addresses beside those of IPv4, which targets without IPv4 addresses need (ECS developer guide, "Using a VPC in
   * IPv6-only mode"). All subnets must have both. Another value makes another load balancer. @default false */
  dualStack?: boolean;
  /** Certificate (ACM) for HTTPS on 443; port 80 then redirects to it. Without one port 80 serves plain HTTP. */
  certificateArn?: pulumi.Input<string>;
  /** Certificates (ACM) for further names, each under a name of letters, digits and hyphens; AWS takes 25.
   * @default none */
  furtherCertificateArns?: { [name: string]: pulumi.Input<string> };
  /** Name of the certificate, which must resolve to the load balancer; becomes the host of `url`.
   * @default the load balancer's own name */
  domainName?: pulumi.Input<string>;
  /** Security policy of HTTPS; one that speaks TLS 1.2 or later. @default ELBSecurityPolicy-TLS13-1-2-Res-2021-06 */
  sslPolicy?: string;
  /** IPv4 ranges that may connect. @default 0.0.0.0/0 when internetFacing, else none */
  allowedCidrs?: string[];
  /** Managed prefix lists that may connect, such as CloudFront's. Their rules are named by their place in the list: take
   * out the last, or AWS refuses the one that moves up. @default none */
  allowedPrefixListIds?: pulumi.Input<string>[];
  /** Security groups that may connect, with rules named likewise; for one that comes later, add a rule to
   * `securityGroup`. @default none */
  allowedSecurityGroupIds?: pulumi.Input<string>[];
  /** Seconds until an idle connection is closed, 1–4000; services must keep their own longer. @default 60 */
  idleTimeoutSeconds?: number;
  /** AWS refuses to delete the load balancer; switch it off before `destroy`. @default true */
  deletionProtection?: boolean;
  /** Bucket of the access logs; its policy must admit the load balancer's log delivery. The logs are written below the
   * component's name. @default no access logs */
  accessLogsBucket?: pulumi.Input<string>;
  /** Web ACL of AWS WAF (regional) to put before it. @default none */
  webAclArn?: pulumi.Input<string>;
  /** Target group for requests that no rule matches. @default they are answered 404 */
  defaultTargetGroupArn?: pulumi.Input<string>;
  tags?: { [name: string]: pulumi.Input<string> };
}

/** The listener of a load balancer that services share, and what they need to know of it: what a `LoadBalancer` offers as
 * `listener`. */
export interface LoadBalancerListenerArgs {
  /** The listener that serves, not one that redirects. */
  listenerArn: pulumi.Input<string>;
  /** Security group of the load balancer; each service adds a rule by which it may connect to its tasks. */
  securityGroupId: pulumi.Input<string>;
  /** Suffix of the load balancer's ARN (`app/<name>/<id>`), by which CloudWatch knows it. */
  arnSuffix: pulumi.Input<string>;
  /** The load balancer's own address, `http://…` or `https://…`. */
  url: pulumi.Input<string>;
  /** `<project>/<stack>` of the program that made it. A service of another stack must choose the priorities of its rules
   * itself, since names of services are unique within one stack only. @default another stack */
  stack?: string;
}
