import type * as pulumi from '@pulumi/pulumi';

/** Who of a GitHub repository may deploy what. */
export interface DeployRolesArgs {
  /** `owner/name` as in the subject of GitHub's tokens. Repositories made or renamed since June 2026 have ids in it:
   * copy what stands between `repo:` and the next colon in Settings → Actions → OIDC. */
  repository: string;
  /** GitHub environments that deploy, each with a role of its own; at least one. */
  environments: DeployEnvironmentArgs[];
  /** Stack that pull requests may preview. Their code can read its state, secrets included: never production.
   * @default none: there is no preview role */
  previewStack?: string;
  /** Pulumi project of the stacks; roles that they make have the path `/<project>/<stack>/`. @default trellis */
  project?: string;
  /** The account's OIDC provider for token.actions.githubusercontent.com, of which there can be only one.
   * @default a new one */
  oidcProviderArn?: pulumi.Input<string>;
  /** Bucket with the state of the stacks, each under a prefix of its name. */
  stateBucketArn: pulumi.Input<string>;
  /** KMS key of the secrets in it, used with the encryption context `stack=<name>`. */
  stateKeyArn: pulumi.Input<string>;
  /** Regions that may be deployed to; us-east-1, where CloudFront's resources are, always may. @default the
   * provider's region */
  regions?: string[];
  /** Keeps the boundary that all stacks shared before each had its own; AWS does not delete it while a role is under it.
   * @default false */
  sharedBoundary?: boolean;
  /** Tags of every resource that takes them. */
  tags?: { [name: string]: pulumi.Input<string> };
}

/** A GitHub environment. */
export interface DeployEnvironmentArgs {
  /** Its name: lower-case letters, digits and hyphens. */
  name: string;
  /** Stack that it deploys. @default the environment's name */
  stack?: string;
  /** ARNs of what the stack made before names carried it, and keeps: buckets, API destinations, and the secrets of their
   * connections. @default none */
  earlierNames?: string[];
}
