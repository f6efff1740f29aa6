import { expect } from 'chai';
import { children, only } from '../mocks.ts';
import { behindLoadBalancer, resourcesOf, serviceOf } from './fixture.ts';

const ingress = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';

function behind(https: boolean) {
  const { paths, internalLoadBalancer } = behindLoadBalancer.service ?? { paths: [] };
  if (internalLoadBalancer === undefined) throw new Error('no load balancer');
  return { service: { paths, internalLoadBalancer: { ...internalLoadBalancer, https } } };
}

describe('StaticSite before an internal load balancer', () => {
  it('has a VPC origin, and a rule that admits it', async () => {
    const all = children(await resourcesOf(behindLoadBalancer), 'site');
    const own = children(await resourcesOf(), 'site');
    expect(all.filter((child) => !own.includes(child))).to.deep.equal([
      'aws:cloudfront/cachePolicy:CachePolicy site-service',
      'aws:cloudfront/vpcOrigin:VpcOrigin site-vpc-origin',
      `${ingress} site-to-load-balancer`,
    ]);
  });

  it('connects by HTTP with the viewer’s Host, for which plain HTTP does not ask', async () => {
    const resources = await resourcesOf(behindLoadBalancer);
    const vpcOrigin = only(resources, 'aws:cloudfront/vpcOrigin:VpcOrigin');
    expect(vpcOrigin.inputs.vpcOriginEndpointConfig).to.deep.equal({
      name: 'api-lb-1a2b3c4',
      arn: behind(false).service.internalLoadBalancer.arn,
      httpPort: 80,
      httpsPort: 443,
      originProtocolPolicy: 'http-only',
      originSslProtocols: { items: ['TLSv1.2'], quantity: 1 },
    });
    const { origin, behaviors } = await serviceOf(behindLoadBalancer);
    expect(origin?.domainName).to.equal('internal-api-lb.us-east-1.elb.amazonaws.com');
    expect(origin).not.to.have.any.keys('customHeaders', 'customOriginConfig');
    expect(origin?.vpcOriginConfig).to.deep.include({ originKeepaliveTimeout: 30, originReadTimeout: 30 });
    expect(origin)
      .to.have.nested.property('vpcOriginConfig.vpcOriginId')
      .that.matches(/^site-vpc-origin/);
    // AllViewer; no function, for X-Forwarded-For tells the viewer's address.
    expect(behaviors[0]?.originRequestPolicyId).to.equal('216adef6-5c7f-47e4-b989-5492eafa07d3');
    expect(behaviors[0]).not.to.have.property('functionAssociations');
  });

  it('connects by HTTPS for the load balancer’s own name where asked', async () => {
    const resources = await resourcesOf(behind(true));
    const { vpcOriginEndpointConfig } = only(resources, 'aws:cloudfront/vpcOrigin:VpcOrigin').inputs;
    expect(vpcOriginEndpointConfig).to.deep.include({ originProtocolPolicy: 'https-only' });
    expect(only(resources, ingress).inputs).to.deep.include({ fromPort: 443, toPort: 443 });
    const { behaviors } = await serviceOf(behind(true));
    expect(behaviors[0]?.originRequestPolicyId).to.equal('b689b0a8-53d0-40ab-baf2-68738e2966ac');
  });

  it('is admitted by CloudFront’s own security group of that VPC, on one port', async () => {
    const { inputs } = only(await resourcesOf(behindLoadBalancer), ingress);
    expect(inputs).to.deep.include({
      securityGroupId: 'sg-entry',
      referencedSecurityGroupId: 'sg-CloudFront-VPCOrigins-Service-SG-vpc-1',
      ipProtocol: 'tcp',
      fromPort: 80,
      toPort: 80,
    });
    expect(inputs).not.to.have.any.keys('cidrIpv4', 'cidrIpv6', 'prefixListId');
  });

  it('looks that group up after there is a VPC origin, and not in a preview before', async () => {
    const order: string[] = [];
    const options = {
      simulate: (type: string) => {
        order.push(type);
        return undefined;
      },
      call: (token: string) => {
        order.push(token);
        return undefined;
      },
    };
    await resourcesOf(behindLoadBalancer, options);
    const [origin, lookup] = [
      'aws:cloudfront/vpcOrigin:VpcOrigin',
      'aws:ec2/getSecurityGroup:getSecurityGroup',
    ].map((token) => order.indexOf(token));
    expect(origin).to.be.at.least(0);
    expect(lookup).to.be.greaterThan(origin as number);

    order.length = 0;
    const preview = await resourcesOf(behindLoadBalancer, { ...options, unknownOutputs: true });
    expect(order).not.to.include('aws:ec2/getSecurityGroup:getSecurityGroup');
    expect(only(preview, ingress).inputs.referencedSecurityGroupId).to.equal('[unknown]');
  });
});
