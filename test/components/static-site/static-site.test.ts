import { expect } from 'chai';
import { StaticSite } from '../../../components/static-site/index.ts';
import { children, ofType, only, record, statements } from '../mocks.ts';
import { behindEndpoint, behindLoadBalancer, directoryOf, resourcesOf } from './fixture.ts';

const distribution = 'aws:cloudfront/distribution:Distribution';
const object = 'aws:s3/bucketObjectv2:BucketObjectv2';

/** Children of every site but for its files. */
const common = [
  'aws:cloudfront/distribution:Distribution site-cdn',
  'aws:cloudfront/function:Function site-find-file',
  'aws:cloudfront/originAccessControl:OriginAccessControl site-access',
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy site-headers',
  'trellis:index:PrivateBucket site-bucket',
];

async function childrenOf(...args: Parameters<typeof resourcesOf>) {
  const all = children(await resourcesOf(...args), 'site');
  return all.filter((child) => !child.startsWith(object));
}

describe('StaticSite', () => {
  it('is a private bucket behind CloudFront', async () => {
    expect(await childrenOf()).to.deep.equal(common);
  });

  it('answers over HTTPS alone, by HTTP/3 and IPv6 too, and compresses', async () => {
    const { inputs } = only(await resourcesOf(), distribution);
    expect(inputs).to.deep.include({
      enabled: true,
      httpVersion: 'http2and3',
      isIpv6Enabled: true,
      defaultRootObject: 'index.html',
      priceClass: 'PriceClass_100',
      viewerCertificate: { cloudfrontDefaultCertificate: true },
      restrictions: { geoRestriction: { restrictionType: 'none' } },
    });
    expect(inputs).not.to.have.any.keys('aliases', 'webAclId', 'loggingConfig');
    expect(inputs.defaultCacheBehavior).to.deep.include({
      targetOriginId: 'site',
      viewerProtocolPolicy: 'redirect-to-https',
      allowedMethods: ['GET', 'HEAD'],
      cachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
      compress: true,
    });
    expect(inputs.orderedCacheBehaviors).to.deep.equal([]);
  });

  it('keeps no error for anybody else, and replaces none by a page', async () => {
    const { inputs } = only(await resourcesOf(), distribution);
    // The ones that CloudFront would keep for 10 s, `no-store` or not.
    expect(inputs.customErrorResponses).to.deep.equal(
      [400, 403, 404, 405, 414, 500, 501, 502, 503, 504].map((errorCode) => ({
        errorCode,
        errorCachingMinTtl: 0,
      })),
    );
  });

  it('signs its requests to the bucket, which admits this distribution and nobody else', async () => {
    const resources = await resourcesOf();
    expect(only(resources, 'aws:cloudfront/originAccessControl:OriginAccessControl').inputs).to.deep.include({
      originAccessControlOriginType: 's3',
      signingBehavior: 'always',
      signingProtocol: 'sigv4',
    });
    const [origin] = only(resources, distribution).inputs.origins as Record<string, string>[];
    expect(origin?.originAccessControlId).to.match(/^site-access-/);
    expect(origin?.domainName).to.match(/^site-bucket-[0-9a-f]{7}\.s3\.us-east-1\.amazonaws\.com$/);
    const bucket = origin?.domainName?.split('.')[0];
    const policy = statements(only(resources, 'aws:s3/bucketPolicy:BucketPolicy').inputs.policy);
    const allowed = policy.filter(({ Effect }) => Effect === 'Allow');
    const reader = {
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Condition: {
        ArnLike: { 'aws:SourceArn': arnOf('site-cdn') },
      },
    };
    expect(allowed).to.deep.equal([
      { ...reader, Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::${bucket}/*`] },
      { ...reader, Action: ['s3:ListBucket'], Resource: [`arn:aws:s3:::${bucket}`] },
    ]);

    function arnOf(name: string): unknown {
      expect(resources.some((resource) => resource.name === name)).to.equal(true);
      const [first] = allowed as { Condition: { ArnLike: Record<string, string> } }[];
      const arn = first?.Condition.ArnLike['aws:SourceArn'];
      expect(arn).to.match(/^arn:aws:cloudfront::123456789012:distribution\/Esite-cdn-[0-9a-f]{7}$/);
      return arn;
    }
  });

  it('sends security headers, whatever the bucket says', async () => {
    const resources = await resourcesOf({ contentSecurityPolicy: "default-src 'none'" });
    const { inputs } = only(resources, 'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy');
    expect(inputs.securityHeadersConfig).to.deep.equal({
      contentSecurityPolicy: { contentSecurityPolicy: "default-src 'none'", override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: 'DENY', override: true },
      referrerPolicy: { referrerPolicy: 'strict-origin-when-cross-origin', override: true },
      strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, override: true },
    });
    expect(inputs.customHeadersConfig).to.deep.equal({
      items: [
        { header: 'cross-origin-opener-policy', override: true, value: 'same-origin' },
        {
          header: 'permissions-policy',
          override: true,
          value: 'camera=(), geolocation=(), microphone=(), payment=()',
        },
      ],
    });
    const byDefault = only(await resourcesOf(), 'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy');
    expect(byDefault.inputs.securityHeadersConfig).to.have.nested.property(
      'contentSecurityPolicy.contentSecurityPolicy',
      "default-src 'self'",
    );
  });

  it('keeps its bucket on destroy, unless told otherwise', async () => {
    const bucket = 'aws:s3/bucket:Bucket';
    expect(only(await resourcesOf(), bucket).inputs.forceDestroy).to.equal(false);
    expect(only(await resourcesOf({ forceDestroy: true }), bucket).inputs.forceDestroy).to.equal(true);
  });

  it('serves further buckets under paths of their own, with headers of their own', async () => {
    const media = { name: 'media', path: '/media/*', domainName: 'm.s3.us-east-1.amazonaws.com' };
    const resources = await resourcesOf({ buckets: [media] });
    const { origins, orderedCacheBehaviors } = only(resources, distribution).inputs as Record<
      string,
      Record<string, string>[]
    >;
    expect(origins?.[1]).to.deep.equal({
      originId: 'bucket-media',
      domainName: 'm.s3.us-east-1.amazonaws.com',
      originAccessControlId: origins?.[0]?.originAccessControlId,
    });
    expect(orderedCacheBehaviors).to.have.length(1);
    expect(orderedCacheBehaviors?.[0]).to.deep.include({
      pathPattern: '/media/*',
      targetOriginId: 'bucket-media',
      allowedMethods: ['GET', 'HEAD'],
    });
    // A page among uploads must not act as the site.
    const type = 'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy';
    const headers = only(resources, type, 'site-media-headers');
    expect(orderedCacheBehaviors?.[0]?.responseHeadersPolicyId).to.match(/^site-media-headers-/);
    expect(headers.inputs.securityHeadersConfig).to.have.nested.property(
      'contentSecurityPolicy.contentSecurityPolicy',
      "default-src 'none'; sandbox",
    );
    const own = await resourcesOf({ buckets: [{ ...media, contentSecurityPolicy: 'sandbox' }] });
    expect(only(own, type, 'site-media-headers').inputs.securityHeadersConfig).to.have.nested.property(
      'contentSecurityPolicy.contentSecurityPolicy',
      'sandbox',
    );
  });

  it('tags what takes tags, and serves from where it is told', async () => {
    const resources = await resourcesOf({ tags: { team: 'a' }, priceClass: 'PriceClass_All' });
    const { inputs } = only(resources, distribution);
    expect(inputs).to.deep.include({ priceClass: 'PriceClass_All', tags: { team: 'a' } });
    expect(only(resources, 'aws:s3/bucket:Bucket').inputs.tags).to.deep.equal({ team: 'a' });
  });

  it('tells its URL, bucket and distribution', async () => {
    const { outputs } = await record(() => {
      const { url, bucketName, distributionArn } = new StaticSite('site', { directory: directoryOf() });
      return { url, bucketName, distributionArn };
    });
    expect(outputs.url).to.match(/^https:\/\/site-cdn-[0-9a-f]{7}\.cloudfront\.net$/);
    expect(outputs.bucketName).to.match(/^site-bucket-[0-9a-f]{7}$/);
    expect(outputs.distributionArn).to.match(/^arn:aws:cloudfront::123456789012:distribution\/Esite-cdn-/);
  });

  it('registers the same when every output is unknown: nothing is made inside of apply', async () => {
    const domain = { name: 'www.example.com', hostedZoneId: 'Z1' };
    const everything = { domain, webAcl: {}, accessLogsBucketArn: 'arn:aws:s3:::logs' };
    for (const service of [behindLoadBalancer, behindEndpoint()]) {
      const directory = directoryOf();
      const identify = async (unknownOutputs: boolean) =>
        (await resourcesOf({ directory, ...everything, ...service }, { unknownOutputs }))
          .map(({ type, name, parent }) => `${type} ${name} ${parent}`)
          .sort();
      expect(await identify(true)).to.deep.equal(await identify(false));
    }
  });

  it('has names that AWS takes, however long its own may be', async () => {
    const name = 'a'.repeat(30);
    const { resources } = await record(() => {
      new StaticSite(name, {
        directory: directoryOf(),
        ...behindEndpoint(),
        buckets: [{ name: 'b'.repeat(20), path: '/b/*', domainName: 'b' }],
        webAcl: {},
        accessLogsBucketArn: 'arn:aws:s3:::logs',
      });
    });
    // Pulumi adds a hyphen and seven digits.
    const limits: Record<string, number> = {
      'aws:cloudfront/cachePolicy:CachePolicy': 128,
      'aws:cloudfront/function:Function': 64,
      'aws:cloudfront/originAccessControl:OriginAccessControl': 64,
      'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': 128,
      'aws:cloudwatch/logDeliverySource:LogDeliverySource': 60,
      'aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination': 60,
      'aws:s3/bucket:Bucket': 63,
      'aws:wafv2/webAcl:WebAcl': 128,
    };
    for (const [type, limit] of Object.entries(limits)) {
      const found = ofType(resources, type);
      expect(found, type).not.to.be.empty;
      for (const one of found) expect(one.name.length + 8, one.name).to.be.at.most(limit);
    }
  });
});
