import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { LoadBalancerSettings } from './defaults.ts';
import type { Scope } from './scope.ts';

/**
 * The VPC origin by which CloudFront reaches an internal load balancer. AWS takes a quarter of an hour to create it.
 *
 * @returns its id, known once CloudFront may connect to the load balancer
 */
export function createVpcOrigin(scope: Scope, loadBalancer: LoadBalancerSettings): pulumi.Output<string> {
  const origin = new aws.cloudfront.VpcOrigin(
    `${scope.name}-vpc-origin`,
    {
      vpcOriginEndpointConfig: {
        // The name must be unique in the account, as the load balancer's is. Origins of both protocols exist at once while
        // one replaces the other.
        name: pulumi
          .output(loadBalancer.arn)
          .apply((arn) => `${arn.split('/')[2] ?? arn}${loadBalancer.https ? '-https' : ''}`),
        arn: loadBalancer.arn,
        httpPort: 80,
        httpsPort: 443,
        originProtocolPolicy: loadBalancer.https ? 'https-only' : 'http-only',
        originSslProtocols: { items: ['TLSv1.2'], quantity: 1 },
      },
      // The provider would wait for 15 minutes, which is about the time that AWS needs.
      timeouts: { create: '30m', update: '30m', delete: '30m' },
      tags: scope.tags,
    },
    // CloudFront refuses to change an origin that a distribution uses.
    { ...scope.child, replaceOnChanges: ['vpcOriginEndpointConfig'] },
  );
  const rule = admit(scope, loadBalancer, origin);
  return pulumi.all([origin.id, rule.urn]).apply(([id]) => id);
}

/**
 * Lets CloudFront connect to the load balancer, for distributions of this account only. CloudFront creates its security
 * group in a VPC with the first VPC origin, so the group can be looked up only after that; a preview before shows the rule
 * with an unknown source. CloudFront's prefix list would admit the distributions of every account, and it counts as 55 of
 * the 60 rules that a group may have.
 */
function admit(scope: Scope, loadBalancer: LoadBalancerSettings, origin: aws.cloudfront.VpcOrigin) {
  const cloudFront = aws.ec2.getSecurityGroupOutput(
    { name: 'CloudFront-VPCOrigins-Service-SG', vpcId: loadBalancer.vpcId },
    { ...scope.child, dependsOn: origin },
  );
  const port = loadBalancer.https ? 443 : 80;
  return new aws.vpc.SecurityGroupIngressRule(
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
    // A change in place would cut CloudFront off before it has moved.
    { ...scope.child, replaceOnChanges: ['fromPort', 'toPort'] },
  );
}
