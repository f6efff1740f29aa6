import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { partsKeptDays } from '../../contract/ingest.ts';
import { type Grantee, grantTo } from '../grants.ts';
import {
  type PolicyStatement,
  policyDocument,
  type ResourceStatement,
  resourcePolicy,
  sourceConditions,
} from '../iam.ts';
import { useKey } from '../key-use.ts';
import { assertValid, checkWhole } from '../validation.ts';
import type { BucketServiceArgs, PrivateBucketArgs } from './args.ts';
import { actionStatements, type BucketAction, readActions, readWriteActions } from './permissions.ts';

/**
 * An S3 bucket that is not, and cannot become, public. It is encrypted and reached over TLS only; the account owns every
 * object in it; uploads that were not completed are deleted.
 *
 * ```ts
 * const bucket = new PrivateBucket('uploads', { expireDays: 30 });
 * bucket.grantRead('report', reportRole);
 * ```
 *
 * Costs nothing at rest but storage (0.023 USD per GB and month). Open to the principals
 * of the account that IAM permits.
 *
 * Children, all called `<name>`: the bucket (aws:s3/bucket:Bucket), its public access block, ownership controls,
 * encryption, versioning, lifecycle and policy; for each grant `<name>-<grantee>` (aws:iam/rolePolicy:RolePolicy).
 */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** The bucket's policy. What depends on its permissions must depend on it. */
  readonly policy: aws.s3.BucketPolicy;
  /** The policy that `grantRead` gives on all objects, as JSON. */
  readonly readPolicyJson: pulumi.Output<string>;
  /** The policy that `grantReadWrite` gives on all objects, as JSON. */
  readonly readWritePolicyJson: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    assertValid('PrivateBucket', name, [
      checkWhole('expireDays', args.expireDays, 1, 36_500),
      checkWhole('expireOldVersionsDays', args.expireOldVersionsDays, 1, 36_500),
      args.expirePrefixes !== undefined && args.expireDays === undefined
        ? 'expirePrefixes needs expireDays'
        : undefined,
    ]);
    super('trellis:index:PrivateBucket', name, {}, opts);
    const child = { parent: this };
    this.bucket = new aws.s3.Bucket(
      name,
      { bucket: args.bucketName, forceDestroy: args.forceDestroy ?? false, tags: args.tags },
      child,
    );
    this.bucketName = this.bucket.bucket;
    this.bucketArn = this.bucket.arn;
    const blocked = protect(name, this.bucket.id, args, child);
    keep(name, this.bucket.id, args, child);
    this.policy = new aws.s3.BucketPolicy(
      name,
      {
        bucket: this.bucket.id,
        policy: resourcePolicy(
          [this.bucketArn, pulumi.interpolate`${this.bucketArn}/*`],
          ['s3:*'],
          (args.services ?? []).flatMap((service) => statementsOf(this.bucketArn, service)),
        ),
      },
      // S3 answers 409 to a policy and a public access block that arrive together.
      { ...child, dependsOn: [blocked] },
    );
    hidden.set(this, { name, keyArn: args.keyArn });
    this.readPolicyJson = policyDocument(this.statements(readActions));
    this.readWritePolicyJson = policyDocument(this.statements(readWriteActions));
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }

  /**
   * Lets a role read objects, and tell a missing one.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>`
   * @param paths keys, or patterns of keys, such as `reports/*`
   */
  grantRead(grantee: string, role: Grantee, paths?: string[]): aws.iam.RolePolicy {
    return this.grant(grantee, role, readActions, paths);
  }

  /** Lets a role read as `grantRead` does, and write and delete objects. */
  grantReadWrite(grantee: string, role: Grantee, paths?: string[]): aws.iam.RolePolicy {
    return this.grant(grantee, role, readWriteActions, paths);
  }

  /**
   * Lets a role do these actions only.
   *
   * @param actions names without the prefix, such as `GetObject`
   */
  grant(grantee: string, role: Grantee, actions: BucketAction[], paths?: string[]): aws.iam.RolePolicy {
    return grantTo(this, `${hiddenOf(this).name}-${grantee}`, role, this.statements(actions, paths));
  }

  /** The same permission as statements, for components that put all statements of a role into one policy. */
  statements(actions: BucketAction[], paths: string[] = ['*']): PolicyStatement[] {
    const { name, keyArn } = hiddenOf(this);
    const isWriting = actions.includes('PutObject');
    return [
      ...actionStatements(name, this.bucketArn, actions, paths),
      ...useKey(keyArn, isWriting ? 'write objects' : 'read objects', { parent: this }),
    ];
  }
}

interface Hidden {
  name: string;
  keyArn: pulumi.Input<string> | undefined;
}

/** What grants need to know. It is kept outside of the class, since Pulumi makes each field, private ones too, an output in
 * every language. */
const hidden = new WeakMap<PrivateBucket, Hidden>();

function hiddenOf(bucket: PrivateBucket): Hidden {
  return hidden.get(bucket) as Hidden;
}

function statementsOf(bucketArn: pulumi.Output<string>, args: BucketServiceArgs): ResourceStatement[] {
  const { service, actions, paths, listKeys, sourceArn, sourceAccount } = args;
  const conditions = sourceConditions({ sourceArn, sourceAccount });
  const resources = paths.map((path) => pulumi.interpolate`${bucketArn}/${path}`);
  return [
    { service, actions, resources, conditions },
    ...(listKeys ? [{ service, actions: ['s3:ListBucket'], resources: [bucketArn], conditions }] : []),
  ];
}

type Child = { parent: pulumi.Resource };

function protect(
  name: string,
  bucket: pulumi.Output<string>,
  { keyArn }: PrivateBucketArgs,
  child: Child,
): aws.s3.BucketPublicAccessBlock {
  new aws.s3.BucketOwnershipControls(
    name,
    { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } },
    child,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(name, { bucket, rules: [encryption(keyArn)] }, child);
  return new aws.s3.BucketPublicAccessBlock(
    name,
    {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    child,
  );
}

function expiries({ expireDays: days, expirePrefixes }: PrivateBucketArgs) {
  if (days === undefined) return [];
  const expiration = { days };
  if (expirePrefixes === undefined) return [['expire', { expiration }] as const];
  return expirePrefixes.map(
    (prefix) => [`expire-${prefix.replace(/\/$/, '')}`, { filter: { prefix }, expiration }] as const,
  );
}

function encryption(keyArn: pulumi.Input<string> | undefined) {
  if (keyArn === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
    bucketKeyEnabled: true,
  };
}

function keep(name: string, bucket: pulumi.Output<string>, args: PrivateBucketArgs, child: Child): void {
  const versioning = new aws.s3.BucketVersioning(
    name,
    { bucket, versioningConfiguration: { status: (args.versioning ?? true) ? 'Enabled' : 'Suspended' } },
    child,
  );
  const rule = (id: string, effect: Partial<aws.types.input.s3.BucketLifecycleConfigurationRule>) => ({
    id,
    status: 'Enabled',
    // An empty prefix is S3's way to say "every object".
    filter: { prefix: '' },
    ...effect,
  });
  new aws.s3.BucketLifecycleConfiguration(
    name,
    {
      bucket,
      rules: [
        rule('abort-multipart-uploads', {
          abortIncompleteMultipartUpload: { daysAfterInitiation: partsKeptDays },
        }),
        rule('expire-old-versions', {
          noncurrentVersionExpiration: { noncurrentDays: args.expireOldVersionsDays ?? 30 },
        }),
        ...expiries(args).map(([id, effect]) => rule(id, effect)),
      ],
    },
    // S3 refuses rules on old versions until versioning has been set.
    { ...child, dependsOn: [versioning] },
  );
}
