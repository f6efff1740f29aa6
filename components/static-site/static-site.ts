import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { PrivateBucket } from '../private-bucket/index.ts';
import { assertValid } from '../validation.ts';
import { createAccessLogs } from './access-logs.ts';
import type { StaticSiteArgs } from './args.ts';
import { withDefaults } from './defaults.ts';
import { createDistribution } from './distribution.ts';
import { createCertificate, createRecords } from './domain.ts';
import { readSite } from './files.ts';
import { bucketSources, serviceSources, siteSource } from './origins.ts';
import type { Scope } from './scope.ts';
import { uploadFiles } from './uploads.ts';
import { problems } from './validate.ts';
import { createWebAcl } from './web-acl.ts';

/**
 * A static site behind CloudFront. Under the same name it can serve a service and further buckets.
 *
 * ```ts
 * const site = new StaticSite('site', {
 *   directory: 'site/dist',
 *   service: {
 *     paths: ['/api/*'],
 *     internalLoadBalancer: { arn: lb.arn, domainName: lb.dnsName, vpcId, securityGroupId: entry.id },
 *   },
 *   domain: { name: 'www.example.com', hostedZoneId },
 *   webAcl: {},
 * });
 * ```
 *
 * **Costs** nothing at rest but storage; 1 TB and 10 million requests a month are free for ever. A web ACL costs 9 USD a
 * month and 0.60 per million requests, a domain its zone.
 *
 * **Open to** the internet, over HTTPS (HTTP redirects). The bucket is open to this distribution only.
 *
 * **Releases**: files whose content changed are uploaded, pages last. A release is visible within a second, without
 * invalidation. Immutable files of earlier releases stay until the bucket is emptied.
 *
 * Children are called `<name>-<role>` (`site-cdn`, `site-bucket`, `site-headers`, …), uploaded files `<name>-<key>`.
 *
 * @throws an error that lists every problem of the arguments
 */
export class StaticSite extends pulumi.ComponentResource {
  /** URL with the domain's name, or with CloudFront's where there is none. */
  readonly url: pulumi.Output<string>;
  readonly bucketName: pulumi.Output<string>;
  /** The distribution that the policies of further buckets must admit. */
  readonly distributionArn: pulumi.Output<string>;
  readonly bucket: aws.s3.Bucket;
  readonly distribution: aws.cloudfront.Distribution;
  readonly webAcl: aws.wafv2.WebAcl | undefined;

  constructor(name: string, args: StaticSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = withDefaults(args);
    assertValid('StaticSite', name, problems(name, settings));
    super('trellis:index:StaticSite', name, {}, opts);
    const scope: Scope = { name, settings, tags: settings.tags, child: { parent: this } };
    const files = readSite(settings.directory, settings.immutableDirectories);

    const [reader, setReader] = pulumi.deferredOutput<string>();
    const bucket = createBucket(scope, reader);
    uploadFiles(scope, bucket, files);
    const webAcl = settings.webAcl === undefined ? undefined : createWebAcl(scope, settings.webAcl);
    const access = createAccess(scope);
    const distribution = createDistribution(scope, {
      site: siteSource(scope, bucket, access, files),
      others: [...serviceSources(scope), ...bucketSources(scope, access)],
      certificateArn: createCertificate(scope),
      webAclArn: webAcl?.arn ?? settings.webAclArn,
    });
    setReader(distribution.arn);
    createRecords(scope, distribution);
    createAccessLogs(scope, distribution);

    this.url = pulumi.interpolate`https://${settings.domain?.name ?? distribution.domainName}`;
    this.bucketName = bucket.bucket;
    this.distributionArn = distribution.arn;
    this.bucket = bucket;
    this.distribution = distribution;
    this.webAcl = webAcl;
    this.registerOutputs({ url: this.url, bucketName: this.bucketName });
  }
}

/**
 * The bucket, which only this distribution may read.
 *
 * @param reader ARN of the distribution, which is created after the bucket because it needs the bucket's name
 */
function createBucket(scope: Scope, reader: pulumi.Output<string>): aws.s3.Bucket {
  const { bucket } = new PrivateBucket(
    `${scope.name}-bucket`,
    {
      forceDestroy: scope.settings.forceDestroy,
      ...(scope.settings.keyArn === undefined ? {} : { keyArn: scope.settings.keyArn }),
      services: [
        {
          service: 'cloudfront.amazonaws.com',
          actions: ['s3:GetObject'],
          paths: ['*'],
          // Without it S3 answers 403 for a missing file. Viewers still cannot list keys: CloudFront answers `/` with a file.
          listKeys: true,
          sourceArn: reader,
        },
      ],
      tags: scope.tags,
    },
    scope.child,
  );
  return bucket;
}

/** Signs CloudFront's requests to the buckets. */
function createAccess(scope: Scope): aws.cloudfront.OriginAccessControl {
  return new aws.cloudfront.OriginAccessControl(
    `${scope.name}-access`,
    {
      description: `Buckets of ${scope.name}`,
      originAccessControlOriginType: 's3',
      signingBehavior: 'always',
      signingProtocol: 'sigv4',
    },
    scope.child,
  );
}
