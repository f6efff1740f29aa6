import type * as pulumi from '@pulumi/pulumi';

/** Where containers run, and where they may connect to. */
export interface FargatePlacementArgs {
  vpcId: pulumi.Input<string>;
  /** One per availability zone. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Kind of the containers' addresses: `ipv4`, or `ipv6` in subnets without IPv4 addresses. There containers get
   * `AWS_USE_DUALSTACK_ENDPOINT`, and images of ECR are pulled by their dual-stack address. AWS documents it for ECS, not for
   * Batch. @default ipv4 */
  ipAddressType?: string;
  /** A public address for each container while it runs. It is needed to reach the internet where the subnets are public
   * and there is no NAT; nothing can connect to it. @default false */
  assignPublicIp?: boolean;
  /** Where containers may connect to. @default TCP 443 anywhere: the image, the logs and every AWS API need it,
   * unless endpoints take their place */
  egress?: FargateEgressArgs[];
}

/** One destination that containers may connect to; exactly one of `cidr`, `cidrIpv6`, `prefixListId` and
 * `securityGroupId`. */
export interface FargateEgressArgs {
  /** Names the rule's resource (`<component>-to-<name>`); letters, digits and hyphens. */
  name: string;
  /** TCP port. */
  port: number;
  /** IPv4 range. */
  cidr?: pulumi.Input<string>;
  /** IPv6 range. */
  cidrIpv6?: pulumi.Input<string>;
  /** Managed prefix list, such as that of a gateway endpoint. */
  prefixListId?: pulumi.Input<string>;
  /** Security group of what may be connected to. */
  securityGroupId?: pulumi.Input<string>;
}

/** A container image. */
export interface FargateImageArgs {
  /** Best by digest (`repository@sha256:…`): under a tag that moves, a restarted task or job could run other code than
   * before. */
  uri: pulumi.Input<string>;
  /** The ECR repository that it is pulled from; the role that starts containers is then allowed to pull from it.
   * @default none, for images of public registries */
  repositoryArn?: pulumi.Input<string>;
  /** `arm64` or `x86_64`; the image must hold it. @default arm64, 20 % cheaper */
  architecture?: string;
}

/** A valid pair of Fargate's table; the error of an invalid one names the nearest. */
export interface FargateSizeArgs {
  /** CPU units: 256, 512, 1024, 2048, 4096, 8192 or 16384 (1024 are one vCPU). */
  cpu: number;
  /** MiB. */
  memory: number;
}

/** One statement of the policy of the containers' role. */
export interface FargatePermissionArgs {
  /** Actions by name; `*` is refused. */
  actions: string[];
  resources: pulumi.Input<string>[];
}
