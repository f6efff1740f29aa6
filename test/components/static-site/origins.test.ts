import { expect } from 'chai';
import { children, only } from '../mocks.ts';
import {
  behindEndpoint,
  behindLoadBalancer,
  distribution,
  type Entries,
  resourcesOf,
  serviceOf,
} from './fixture.ts';

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
