import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { DeployEnvironmentArgs, DeployRolesArgs } from './args.ts';
import {
  boundaryPolicy,
  deployPolicy,
  issuer,
  previewPolicy,
  type Scope,
  trustInGitHub,
} from './policies.ts';
import { stackOf, validate } from './validate.ts';

/** Seconds that a deployment's credentials last. */
const sessionSeconds = 7200;

/**
 * Roles that GitHub Actions assumes by OpenID Connect, so that there are no keys to keep: one per GitHub environment,
 * which deploys its stack and no other, and one that previews pull requests.
 *
 * ```ts
 * const roles = new DeployRoles('github', {
 *   repository: 'example/shop',
 *   environments: [{ name: 'dev' }, { name: 'prod' }],
 *   previewStack: 'dev',
 *   stateBucketArn: bucket.bucketArn,
 *   stateKeyArn: key.arn,
 * });
 * ```
 *
 * Costs nothing. **Open to** jobs of that repository alone: a deploy role to those in its environment, whose reviewers
 * GitHub asks first; the preview role to those of pull requests. A deploy role makes roles only below
 * `/<project>/<stack>/` and under the permissions boundary, which it cannot change or take off, and it passes on no
 * others. It does not see data in tables. Stacks in one account are kept apart by path, state prefix and tags; an
 * account each keeps them apart better.
 *
 * Children: `<name>-oidc` (aws:iam/openIdConnectProvider:OpenIdConnectProvider), `<name>-boundary`
 * (aws:iam/policy:Policy), and `<name>-preview` and `<name>-deploy-<environment>` (each an aws:iam/role:Role and an
 * aws:iam/rolePolicy:RolePolicy).
 *
 * @throws an error that lists every problem of the arguments
 */
export class DeployRoles extends pulumi.ComponentResource {
  /** For the stacks' setting `roles.boundary`. */
  readonly boundaryArn: pulumi.Output<string>;
  /** Undefined without `previewStack`. */
  readonly previewRoleArn: pulumi.Output<string> | undefined;
  /** By environment. */
  readonly deployRoleArns: { [environment: string]: pulumi.Output<string> };

  constructor(name: string, args: DeployRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super('trellis:index:DeployRoles', name, {}, opts);
    const child = { parent: this };
    const { previewStack, tags = {} } = args;
    const provider = args.oidcProviderArn ?? createProvider(name, tags, child).arn;
    const scope = scopeOf(args, child);

    const boundary = new aws.iam.Policy(
      `${name}-boundary`,
      {
        description: `The most that a role made by a stack of ${scope.project} may do`,
        path: `/${scope.project}-delivery/`,
        policy: boundaryPolicy(),
        tags,
      },
      child,
    );
    const role = roleMaker(name, args, scope, provider, child);
    this.boundaryArn = boundary.arn;
    this.previewRoleArn =
      previewStack === undefined
        ? undefined
        : role('preview', 'pull_request', 3600, previewPolicy(scope, previewStack));
    const deployRole = (environment: DeployEnvironmentArgs) =>
      role(
        `deploy-${environment.name}`,
        `environment:${environment.name}`,
        sessionSeconds,
        deployPolicy(scope, stackOf(environment), boundary.arn),
      );
    this.deployRoleArns = Object.fromEntries(
      args.environments.map((environment) => [environment.name, deployRole(environment)]),
    );
    this.registerOutputs({
      boundaryArn: this.boundaryArn,
      previewRoleArn: this.previewRoleArn,
      deployRoleArns: this.deployRoleArns,
    });
  }
}

type Child = { parent: pulumi.Resource };
type Tags = { [name: string]: pulumi.Input<string> };

function createProvider(name: string, tags: Tags, child: Child): aws.iam.OpenIdConnectProvider {
  return new aws.iam.OpenIdConnectProvider(
    `${name}-oidc`,
    // Without thumbprints: AWS knows GitHub's certificate authority.
    { url: `https://${issuer}`, clientIdLists: ['sts.amazonaws.com'], tags },
    child,
  );
}

function scopeOf(args: DeployRolesArgs, child: Child): Scope {
  const { partition } = aws.getPartitionOutput({}, child);
  const { accountId } = aws.getCallerIdentityOutput({}, child);
  const { region } = aws.getRegionOutput({}, child);
  const regions = args.regions ?? [region];
  return {
    partition,
    accountId,
    project: args.project ?? 'trellis',
    // CloudFront, its certificates and web ACLs are in us-east-1, and so is IAM's and Route 53's one endpoint.
    regions: pulumi.output(regions).apply((own) => [...new Set([...own, 'us-east-1'])].sort()),
    stateBucketArn: args.stateBucketArn,
    stateKeyArn: args.stateKeyArn,
  };
}

/** Makes a role with one policy, for tokens of one subject; returns its ARN. */
function roleMaker(
  name: string,
  args: DeployRolesArgs,
  scope: Scope,
  provider: pulumi.Input<string>,
  child: Child,
) {
  return (kind: string, subject: string, maxSessionDuration: number, policy: pulumi.Output<string>) => {
    const role = new aws.iam.Role(
      `${name}-${kind}`,
      {
        description: `GitHub Actions of ${args.repository}: ${kind}`,
        // Outside of the path that a deployment may touch.
        path: `/${scope.project}-delivery/`,
        assumeRolePolicy: trustInGitHub(provider, `repo:${args.repository}:${subject}`),
        maxSessionDuration,
        tags: args.tags,
      },
      child,
    );
    new aws.iam.RolePolicy(`${name}-${kind}`, { role: role.name, policy }, child);
    return role.arn;
  };
}
