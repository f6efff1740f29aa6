import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Grantee, grantTo } from '../grants.ts';
import { type PolicyStatement, policyDocument } from '../iam.ts';
import { bucketActions, PrivateBucket } from '../private-bucket/index.ts';
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
 * Children are called `<name>-<role>` (`site-cdn`, `site-bucket`, `site-headers`, …), uploaded files `<name>-<key>`; for each grant
 * `<name>-<grantee>-write` (aws:iam/rolePolicy:RolePolicy).
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
  /** The policy that `grantWrite` gives on all objects, as JSON. */
  readonly writePolicyJson: pulumi.Output<string>;

  constructor(name: string, args: StaticSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = withDefaults(args);
    assertValid('StaticSite', name, problems(name, settings));
    super('trellis:index:StaticSite', name, {}, opts);
    const scope: Scope = { name, settings, tags: settings.tags, child: { parent: this } };
    const sources = readSite(settings.directory, settings.immutableDirectories);

    const [reader, setReader] = pulumi.deferredOutput<string>();
    const files = createBucket(scope, reader);
    const { bucket } = files;
    uploadFiles(scope, bucket, sources);
    const webAcl = settings.webAcl === undefined ? undefined : createWebAcl(scope, settings.webAcl);
    const access = createAccess(scope);
    const distribution = createDistribution(scope, {
      site: siteSource(scope, bucket, access, sources),
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
    hidden.set(this, { name, files });
    this.writePolicyJson = policyDocument(this.writeStatements());
    this.registerOutputs({ url: this.url, bucketName: this.bucketName });
  }

  /**
   * Lets a role write and delete objects of the site, and have the CDN drop its copies: for content that comes from
   * elsewhere than `directory`, such as a job that writes reports.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>-write`
   * @param paths keys, or patterns of keys, such as `reports/*`
   */
  grantWrite(grantee: string, role: Grantee, paths?: string[]): aws.iam.RolePolicy {
    return grantTo(this, `${hiddenOf(this).name}-${grantee}-write`, role, this.writeStatements(paths));
  }

  /** The permission of `grantWrite` as statements, for components that put all statements of a role into one policy. */
  writeStatements(paths?: string[]): PolicyStatement[] {
    return [
      ...hiddenOf(this).files.statements([...bucketActions], paths),
      {
        sid: 'DropCopies',
        actions: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'],
        resources: [this.distributionArn],
      },
    ];
  }
}

interface Hidden {
  name: string;
  files: PrivateBucket;
}

/** What grants need to know. It is kept outside of the class, because every field of a component becomes an output in the
 * schema for other languages. */
const hidden = new WeakMap<StaticSite, Hidden>();

function hiddenOf(site: StaticSite): Hidden {
  return hidden.get(site) as Hidden;
}

/**
 * The bucket, which only this distribution may read.
 *
 * @param reader ARN of the distribution, which is created after the bucket because it needs the bucket's name
 */
function createBucket(scope: Scope, reader: pulumi.Output<string>): PrivateBucket {
  return new PrivateBucket(
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
