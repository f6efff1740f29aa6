import { expect } from 'chai';
import { children, only } from '../mocks.ts';
import { behindEndpoint, behindLoadBalancer, resourcesOf } from './fixture.ts';

const distribution = 'aws:cloudfront/distribution:Distribution';
const ingress = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';

type Entries = Record<string, Record<string, unknown>[]>;

async function serviceOf(args: Parameters<typeof resourcesOf>[0]) {
  const { inputs } = only(await resourcesOf(args), distribution);
  const { origins, orderedCacheBehaviors } = inputs as Entries;
  return {
    origin: origins?.find(({ originId }) => originId === 'service'),
    behaviors: orderedCacheBehaviors ?? [],
  };
}

function behind(https: boolean) {
  const { paths, internalLoadBalancer } = behindLoadBalancer.service ?? { paths: [] };
  if (internalLoadBalancer === undefined) throw new Error('no load balancer');
  return { service: { paths, internalLoadBalancer: { ...internalLoadBalancer, https } } };
}

describe('StaticSite before a service', () => {
  it('passes on whole requests under its paths, in order', async () => {
    const { behaviors } = await serviceOf(behindLoadBalancer);
    expect(behaviors.map(({ pathPattern }) => pathPattern)).to.deep.equal(['/api/*', '/page']);
    for (const behavior of behaviors) {
      expect(behavior).to.deep.include({
        targetOriginId: 'service',
        viewerProtocolPolicy: 'redirect-to-https',
        allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
        // SecurityHeadersPolicy, managed by AWS.
        responseHeadersPolicyId: '67f7725c-6f97-4210-82d7-5512b31e9d03',
      });
    }
  });

  it('keeps its answers as they say, apart by all that they may depend on', async () => {
    for (const args of [behindLoadBalancer, behindEndpoint()]) {
      const resources = await resourcesOf(args);
      const { name, inputs } = only(resources, 'aws:cloudfront/cachePolicy:CachePolicy');
      expect(name).to.equal('site-service');
      expect(inputs).to.deep.equal({
        comment: 'Answers of the service behind site',
        minTtl: 0,
        defaultTtl: 0,
        maxTtl: 31_536_000,
        parametersInCacheKeyAndForwardedToOrigin: {
          queryStringsConfig: { queryStringBehavior: 'all' },
          // Not Host, which an HTTP API refuses.
          headersConfig: { headerBehavior: 'whitelist', headers: { items: ['Authorization'] } },
          cookiesConfig: { cookieBehavior: 'all' },
          enableAcceptEncodingGzip: true,
          enableAcceptEncodingBrotli: true,
        },
      });
      const { behaviors } = await serviceOf(args);
      for (const { cachePolicyId } of behaviors) expect(cachePolicyId).to.match(/^site-service-/);
    }
  });

  it('has the paths of the service before those of buckets', async () => {
    const { behaviors } = await serviceOf({
      ...behindLoadBalancer,
      buckets: [{ name: 'media', path: '/api/media/*', domainName: 'm' }],
    });
    expect(behaviors.map(({ targetOriginId }) => targetOriginId)).to.deep.equal([
      'service',
      'service',
      'bucket-media',
    ]);
  });
});

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

describe('StaticSite before a public endpoint', () => {
  it('has a function more, which tells the viewer’s address', async () => {
    const all = children(await resourcesOf(behindEndpoint()), 'site');
    const own = children(await resourcesOf(), 'site');
    expect(all.filter((child) => !own.includes(child))).to.deep.equal([
      'aws:cloudfront/cachePolicy:CachePolicy site-service',
      'aws:cloudfront/function:Function site-viewer-address',
    ]);
    const { behaviors } = await serviceOf(behindEndpoint());
    expect(behaviors[0]?.functionAssociations)
      .to.have.nested.property('[0].functionArn')
      .that.matches(/^arn:aws:cloudfront::123456789012:function\/site-viewer-address-/);
    expect(behaviors[0]?.functionAssociations).to.have.nested.property('[0].eventType', 'viewer-request');
  });

  it('connects over TLS 1.2, with its own Host and a header that stays secret', async () => {
    const { origin, behaviors } = await serviceOf(behindEndpoint());
    expect(origin).to.deep.equal({
      originId: 'service',
      domainName: 'x.execute-api.us-east-1.amazonaws.com',
      customHeaders: [{ name: 'x-origin-secret', value: '[secret]' }],
      customOriginConfig: {
        httpPort: 80,
        httpsPort: 443,
        originProtocolPolicy: 'https-only',
        originSslProtocols: ['TLSv1.2'],
        originKeepaliveTimeout: 30,
        originReadTimeout: 30,
      },
    });
    // AllViewerExceptHostHeader.
    expect(behaviors[0]?.originRequestPolicyId).to.equal('b689b0a8-53d0-40ab-baf2-68738e2966ac');
  });

  it('uses plain HTTP and other headers where told', async () => {
    const publicEndpoint = {
      domainName: 'x.example.com',
      https: false,
      secret: 'open sesame',
      secretHeader: 'x-secret',
      viewerAddressHeader: 'x-viewer',
    };
    const resources = await resourcesOf({ service: { paths: ['/api/*'], publicEndpoint } });
    const { origins } = only(resources, distribution).inputs as Entries;
    expect(origins?.[1]).to.have.nested.property('customOriginConfig.originProtocolPolicy', 'http-only');
    expect(origins?.[1]?.customHeaders).to.deep.equal([{ name: 'x-secret', value: 'open sesame' }]);
    const { inputs } = only(resources, 'aws:cloudfront/function:Function', 'site-viewer-address');
    expect(inputs.code).to.include('"x-viewer"');
  });
});

describe('a preview of a new site', () => {
  it('ends although the bucket’s policy waits for a distribution that is not there yet', async () => {
    const preview = await resourcesOf({}, { unknownOutputs: true });
    expect(only(preview, 'aws:s3/bucketPolicy:BucketPolicy').inputs.policy).to.equal('[unknown]');
  });
});
