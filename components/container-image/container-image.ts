import * as aws from '@pulumi/aws';
import { Image } from '@pulumi/awsx/ecr/index.js';
import * as pulumi from '@pulumi/pulumi';
import { type Grantee, grantTo } from '../grants.ts';
import { type PolicyStatement, policyDocument } from '../iam.ts';
import { pullStatements } from '../pull-images.ts';
import { assertValid, checkExactlyOne, checkOneOf } from '../validation.ts';
import type { ContainerImageArgs, ContainerImageBuildArgs, ContainerImageReference } from './args.ts';
import { contentTag, missingPaths } from './content-hash.ts';
import { buildOnce, pushedDigest } from './pushed-image.ts';
import { type ImageReference, parseReference } from './reference.ts';

/**
 * A container image, by digest, and an ECR repository that scans each image and never changes or deletes it.
 *
 * ```ts
 * const image = new ContainerImage('app', { build: { context: '.', paths: ['package.json', 'app'] } });
 * new FargateService('api', { image: image.reference, … });
 * ```
 *
 * A build's tag is the hash of its sources. The same sources are never pushed twice, which an immutable repository would
 * refuse; a changed line is a new image and so a new release. The repository is asked first: sources of an earlier
 * release are released again by the digest that they had. Neither the lifecycle policy nor the next `pulumi up` deletes a
 * tagged image, so that a rollback, and a task that starts at night, finds its image. Costs 0.10 USD per GB and month;
 * layers that images share are stored once. Open to the account's own principals only.
 *
 * Children: `<name>-repository` (aws:ecr/repository:Repository), `<name>-lifecycle`
 * (aws:ecr/lifecyclePolicy:LifecyclePolicy) and, with `build`, `<name>-build` (awsx:ecr:Image); for each grant
 * `<name>-<grantee>-pull` (aws:iam/rolePolicy:RolePolicy).
 */
export class ContainerImage extends pulumi.ComponentResource {
  readonly repository: aws.ecr.Repository;
  /** The image by digest: `repository@sha256:…`. */
  readonly uri: pulumi.Output<string>;
  /** ARN of the repository that `uri` is pulled from, for the permission to pull; undefined when it is not in ECR. */
  readonly repositoryArn: pulumi.Output<string> | undefined;
  /** What `FargateService`, `JobQueue` and the pipelines take. It has no architecture where the image is
   * given by its digest. */
  readonly reference: ContainerImageReference;
  /** The policy that `grantPull` gives, as JSON; undefined when the image is not in ECR. */
  readonly pullPolicyJson: pulumi.Output<string> | undefined;

  constructor(name: string, args: ContainerImageArgs, opts?: pulumi.ComponentResourceOptions) {
    const given = args.digest === undefined ? undefined : parseReference(args.digest);
    assertValid('ContainerImage', name, problemsOf(args, given));
    super('trellis:index:ContainerImage', name, {}, opts);
    this.repository = createRepository(this, name, args);
    keepTaggedImages(this, name, this.repository);
    if (args.build !== undefined) {
      this.uri = build(this, name, this.repository, args.build);
      this.repositoryArn = this.repository.arn;
    } else {
      this.uri = uriOf(this.repository, given as ImageReference);
      this.repositoryArn = arnOf(this, this.repository, given as ImageReference);
    }
    this.reference = {
      uri: this.uri,
      ...(this.repositoryArn === undefined ? {} : { repositoryArn: this.repositoryArn }),
      ...(args.build === undefined ? {} : { architecture: args.build.architecture ?? 'arm64' }),
    };
    names.set(this, name);
    this.pullPolicyJson =
      this.repositoryArn === undefined ? undefined : policyDocument(this.pullStatements());
    this.registerOutputs({ uri: this.uri, repositoryUrl: this.repository.repositoryUrl });
  }

  /**
   * Lets a role pull the image, for what runs it outside of these components.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>-pull`
   * @throws when the image is not in ECR, whose registry decides who may pull
   */
  grantPull(grantee: string, role: Grantee): aws.iam.RolePolicy {
    return grantTo(this, `${names.get(this)}-${grantee}-pull`, role, this.pullStatements());
  }

  /** The permission of `grantPull` as statements, for components that put all statements of a role into one policy. */
  pullStatements(): PolicyStatement[] {
    if (this.repositoryArn === undefined) {
      throw new Error(
        `ContainerImage "${names.get(this)}": the image is not in ECR, so IAM has no part in its pulls`,
      );
    }
    return pullStatements([this.repositoryArn]);
  }
}

/** The components' names. They are kept outside of the class, because every field of a component becomes an output in the
 * schema for other languages. */
const names = new WeakMap<ContainerImage, string>();

function problemsOf(args: ContainerImageArgs, given: ImageReference | undefined): (string | undefined)[] {
  const { build, digest } = args;
  const missing = build === undefined ? [] : missingPaths(build);
  return [
    checkExactlyOne({ build, digest }),
    digest !== undefined && given === undefined
      ? `digest must be sha256:<64 hexadecimal digits> or <repository>@sha256:<…>, not "${digest}"`
      : undefined,
    checkOneOf('build.architecture', build?.architecture, ['arm64', 'x86_64']),
    build !== undefined && build.paths.length === 0
      ? 'build.paths must name what the image is made of'
      : undefined,
    ...missing.map((path) => `build: ${path} does not exist in ${build?.context}`),
  ];
}

function createRepository(
  parent: ContainerImage,
  name: string,
  args: ContainerImageArgs,
): aws.ecr.Repository {
  return new aws.ecr.Repository(
    `${name}-repository`,
    {
      name: args.repositoryName,
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [
        args.keyArn === undefined
          ? { encryptionType: 'AES256' }
          : { encryptionType: 'KMS', kmsKey: args.keyArn },
      ],
      forceDelete: args.forceDelete ?? false,
      tags: args.tags,
    },
    // AWS changes the encryption of no repository. A new one in its place would be without the images.
    { parent, ignoreChanges: ['encryptionConfigurations'] },
  );
}

/**
 * Deletes only images without a tag, which interrupted pushes leave. A rule that keeps the newest N images would delete
 * the running one after N failed releases in a row.
 */
function keepTaggedImages(parent: ContainerImage, name: string, repository: aws.ecr.Repository): void {
  const policy = {
    rules: [
      {
        rulePriority: 1,
        description: 'Leftovers of interrupted pushes',
        selection: {
          tagStatus: 'untagged',
          countType: 'sinceImagePushed',
          countUnit: 'days',
          countNumber: 14,
        },
        action: { type: 'expire' },
      },
    ],
  };
  new aws.ecr.LifecyclePolicy(
    `${name}-lifecycle`,
    { repository: repository.name, policy: JSON.stringify(policy) },
    { parent },
  );
}

function build(
  parent: ContainerImage,
  name: string,
  repository: aws.ecr.Repository,
  args: ContainerImageBuildArgs,
): pulumi.Output<string> {
  const tag = contentTag(args);
  const pushed = pushedDigest(parent, repository, tag);
  const image = new Image(
    `${name}-build`,
    {
      repositoryUrl: repository.repositoryUrl,
      imageTag: tag,
      context: args.context,
      dockerfile: `${args.context}/${args.dockerfile ?? 'Dockerfile'}`,
      platform: args.architecture === 'x86_64' ? 'linux/amd64' : 'linux/arm64',
      args: args.args,
    },
    { parent, transforms: [buildOnce(pushed)] },
  );
  return pushed.apply((digest) =>
    digest === undefined ? image.imageUri : pulumi.interpolate`${repository.repositoryUrl}@${digest}`,
  );
}

function uriOf(own: aws.ecr.Repository, { repository, digest }: ImageReference): pulumi.Output<string> {
  return repository === undefined
    ? pulumi.interpolate`${own.repositoryUrl}@${digest}`
    : pulumi.output(`${repository}@${digest}`);
}

function arnOf(
  parent: ContainerImage,
  own: aws.ecr.Repository,
  { repository, ecr }: ImageReference,
): pulumi.Output<string> | undefined {
  if (repository === undefined) return own.arn;
  if (ecr === undefined) return undefined;
  const { partition } = aws.getPartitionOutput({}, { parent });
  return pulumi.interpolate`arn:${partition}:ecr:${ecr.region}:${ecr.account}:repository/${ecr.name}`;
}
