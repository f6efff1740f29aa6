import type * as pulumi from '@pulumi/pulumi';

/** A VPC, and how its tasks reach AWS and the internet. */
export interface NetworkArgs {
  /**
   * How tasks reach AWS's APIs and the internet; prices are for us-east-1.
   *
   * - `public`: public subnets, and an address for each task (3.65 USD a month each). Nothing may connect to it.
   * - `endpoints`: isolated subnets and interface endpoints, 7.30 USD a month for each endpoint and zone; the
   *   internet stays out of reach.
   * - `nat`: private subnets and one NAT gateway (32.85 USD a month and 0.045 per GB); when its zone fails, the
   *   tasks of all zones lose their connection.
   * - `nat-per-zone`: a NAT gateway in every zone.
   * - `ipv6`: IPv6-only subnets and an egress-only internet gateway, which is free. What has no IPv6 address is out of
   *   reach, and AWS documents it for tasks of ECS, not for jobs of Batch: these run in `jobPlacement`.
   *
   * It can be changed later: each kind of subnet has address ranges of its own.
   *
   * @default nat-per-zone
   */
  egress?: string;
  /** With `ipv6`: how jobs reach AWS.
   *
   * - `public`: public subnets, and an address for each job while it runs (0.005 USD an hour).
   * - `endpoints`: interface endpoints in the first zone for what Batch needs to start a job (ecr.api, ecr.dkr, logs), 7.30
   *   USD a month each, and 0.50 for the private DNS zone of each; the internet stays out of reach.
   *
   * @default public */
  jobEgress?: string;
  /** Number of availability zones, 2–4, by their order in the region. Can be raised later without touching the existing
   * subnets. @default 3 */
  zones?: number;
  /** The zones by name, 2–4, in place of `zones`, for regions where the first zones lack a service (`use1-az3` has neither
   * Fargate nor VPC links). Can be changed later: a zone keeps its subnets in every list. The first one has the gateway of
   * `nat`. In place of `zones` in a network that exists, only the region's first zones in their order keep their subnets.
   * @default the region's first */
  zoneNames?: string[];
  /** IPv4 range of the VPC; a /16, so that each subnet has 4,091 usable addresses, in zones e and f
   * half of them. @default 10.0.0.0/16 */
  cidrBlock?: string;
  /** With `endpoints`: the services to make reachable, as AWS abbreviates them. @default what a Fargate task needs to
   * start: ecr.api, ecr.dkr, logs, ssm */
  interfaceEndpoints?: string[];
  /** What the flow log records: `ALL`, `ACCEPT`, `REJECT`, or `NONE` for no flow log. @default ALL */
  flowLogTraffic?: string;
  /** Days that flow logs are kept; one of CloudWatch's values. @default 30 */
  flowLogRetentionDays?: number;
  /** Customer key of the flow log; its policy must admit CloudWatch Logs. @default CloudWatch's own encryption */
  keyArn?: pulumi.Input<string>;
  tags?: { [name: string]: pulumi.Input<string> };
}

/** The subnets for tasks, and what tasks there can reach: what `FargateService`, `JobQueue` and the pipelines take. */
export interface NetworkPlacement {
  vpcId: pulumi.Output<string>;
  /** One in each zone. */
  subnetIds: pulumi.Output<string[]>;
  /** `ipv6` where tasks have no IPv4 address; otherwise undefined. */
  ipAddressType?: string;
  /** Whether a task needs a public address to reach anything. */
  assignPublicIp: boolean;
  /** Where tasks reach endpoints alone, all that they can reach; otherwise undefined, which means TCP 443 anywhere. */
  egress?: NetworkEgressRule[];
}

/** A destination that tasks may connect to, in the form that `FargateService` takes. */
export interface NetworkEgressRule {
  name: string;
  port: number;
  prefixListId?: pulumi.Output<string>;
  securityGroupId?: pulumi.Output<string>;
}
