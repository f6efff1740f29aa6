import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { DeployEnvironmentArgs, DeployRolesArgs } from './args.ts';
import { boundaryPolicy } from './boundary.ts';
import { deployPolicy, issuer, previewPolicy, trustInGitHub } from './policies.ts';
import { document, type Owner, type Scope } from './statements.ts';
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
 * `/<project>/<stack>/` and under its stack's permissions boundary, which it cannot change or take off, and it passes on
 * no others. It does not see data in tables. Stacks in one account are kept apart by path, state prefix, names and tags;
 * an account each keeps them apart better.
 *
 * Children: `<name>-oidc` (aws:iam/openIdConnectProvider:OpenIdConnectProvider), `<name>-preview` and
 * `<name>-deploy-<environment>` (each an aws:iam/role:Role and an aws:iam/rolePolicy:RolePolicy),
 * `<name>-boundary-<environment>` (aws:iam/policy:Policy), and with `sharedBoundary` `<name>-boundary` (likewise).
 *
 * @throws an error that lists every problem of the arguments
 */
export class DeployRoles extends pulumi.ComponentResource {
  /** By environment, for its stack's setting `roles.boundary`. */
  readonly boundaryArns: { [environment: string]: pulumi.Output<string> };
  /** Undefined without `previewStack`. */
  readonly previewRoleArn: pulumi.Output<string> | undefined;
  /** By environment. */
  readonly deployRoleArns: { [environment: string]: pulumi.Output<string> };

  constructor(name: string, args: DeployRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super('trellis:index:DeployRoles', name, {}, opts);
    const child = { parent: this };
    const { environments, previewStack, tags = {} } = args;
    const provider = args.oidcProviderArn ?? createProvider(name, tags, child).arn;
    const scope = scopeOf(args, child);

    this.boundaryArns = byName(environments, (environment) => {
      const owner = ownerOf(environment);
      const description = `The most that a role made by the stack ${owner.stack} of ${scope.project} may do`;
      const policy = boundaryPolicy(scope, owner);
      return new aws.iam.Policy(
        `${name}-boundary-${environment.name}`,
        { description, path: deliveryPath(scope), policy, tags },
        child,
      ).arn;
    });
    if (args.sharedBoundary === true) keepSharedBoundary(name, scope, tags, child);
    const role = roleMaker(name, args, scope, provider, child);
    this.previewRoleArn =
      previewStack === undefined
        ? undefined
        : role('preview', 'pull_request', 3600, previewPolicy(scope, previewStack));
    this.deployRoleArns = byName(environments, (environment) =>
      role(
        `deploy-${environment.name}`,
        `environment:${environment.name}`,
        sessionSeconds,
        deployPolicy(
          scope,
          ownerOf(environment),
          this.boundaryArns[environment.name] as pulumi.Output<string>,
        ),
      ),
    );
    this.registerOutputs({
      boundaryArns: this.boundaryArns,
      previewRoleArn: this.previewRoleArn,
      deployRoleArns: this.deployRoleArns,
    });
  }
}

/** As it is: roles under it run on. Where there is none yet it allows nothing. */
function keepSharedBoundary(name: string, scope: Scope, tags: Tags, child: Child): void {
  new aws.iam.Policy(
    `${name}-boundary`,
    {
      description: `The most that a role made by a stack of ${scope.project} may do`,
      path: deliveryPath(scope),
      policy: document([{ Sid: 'None', Effect: 'Deny', Action: ['*'], Resource: '*' }]),
      tags,
    },
    { ...child, ignoreChanges: ['policy'] },
  );
}

/** Where roles and boundaries are out of the deployments' reach. */
function deliveryPath({ project }: Scope): string {
  return `/${project}-delivery/`;
}

function ownerOf(environment: DeployEnvironmentArgs): Owner {
  return { stack: stackOf(environment), earlierNames: environment.earlierNames ?? [] };
}

function byName<T>(environments: DeployEnvironmentArgs[], of: (environment: DeployEnvironmentArgs) => T) {
  return Object.fromEntries(environments.map((environment) => [environment.name, of(environment)]));
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
        path: deliveryPath(scope),
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
