import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { LoadBalancerSettings } from './defaults.ts';
import type { Scope } from './scope.ts';

/** CloudFront's way into the VPC, to an internal load balancer. Takes a quarter of an hour to make. */
export function createVpcOrigin(scope: Scope, loadBalancer: LoadBalancerSettings): aws.cloudfront.VpcOrigin {
  const origin = new aws.cloudfront.VpcOrigin(
    `${scope.name}-vpc-origin`,
    {
      vpcOriginEndpointConfig: {
        // One of its kind in the account, as the load balancer's is.
        name: pulumi.output(loadBalancer.arn).apply((arn) => arn.split('/')[2] ?? arn),
        arn: loadBalancer.arn,
        httpPort: 80,
        httpsPort: 443,
        originProtocolPolicy: loadBalancer.https ? 'https-only' : 'http-only',
        originSslProtocols: { items: ['TLSv1.2'], quantity: 1 },
      },
      // The provider's own limit of 15 minutes is about what it takes.
      timeouts: { create: '30m', update: '30m', delete: '30m' },
      tags: scope.tags,
    },
    scope.child,
  );
  admit(scope, loadBalancer, origin);
  return origin;
}

/**
 * Lets CloudFront, and through it nobody but this account's distributions, connect to the load balancer. CloudFront makes
 * one security group in a VPC with the first VPC origin there, so it can be looked up only once there is an origin; a
 * preview before that shows the rule with an unknown source. The alternative, CloudFront's prefix list, would admit the
 * distributions of every account, and counts as 55 rules of the 60 that a group may have.
 */
function admit(scope: Scope, loadBalancer: LoadBalancerSettings, origin: aws.cloudfront.VpcOrigin): void {
  const cloudFront = aws.ec2.getSecurityGroupOutput(
    { name: 'CloudFront-VPCOrigins-Service-SG', vpcId: loadBalancer.vpcId },
    { ...scope.child, dependsOn: origin },
  );
  const port = loadBalancer.https ? 443 : 80;
  new aws.vpc.SecurityGroupIngressRule(
    `${scope.name}-to-load-balancer`,
    {
      securityGroupId: loadBalancer.securityGroupId,
      referencedSecurityGroupId: cloudFront.id,
      description: `CloudFront of ${scope.name}`,
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      tags: scope.tags,
    },
    scope.child,
  );
}
