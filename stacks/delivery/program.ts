import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { DeployRoles } from '../../components/deploy-roles/index.ts';
import { PrivateBucket } from '../../components/private-bucket/index.ts';

/** Once per AWS account, by an administrator: what the stacks' deployments need before there can be one. */
export function deliver() {
  const config = new pulumi.Config();
  const tags = { project: pulumi.getProject(), 'managed-by': 'pulumi' };
  const state = new PrivateBucket('state', { expireOldVersionsDays: 365, tags }, { protect: true });
  const key = new aws.kms.Key(
    'state',
    {
      description: 'Secrets in the states of Pulumi stacks',
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags,
    },
    // Without it no state can be read any more.
    { protect: true },
  );
  new aws.kms.Alias('state', { name: `alias/${pulumi.getProject()}-state`, targetKeyId: key.keyId });
  const earlierNames = config.getObject<Record<string, string[]>>('earlierNames') ?? {};
  const environments = config.requireObject<string[]>('environments');
  const roles = new DeployRoles('github', {
    repository: config.require('repository'),
    environments: environments.map((name) => ({ name, earlierNames: earlierNames[name] ?? [] })),
    sharedBoundary: config.getBoolean('sharedBoundary') ?? false,
    previewStack: config.get('previewStack') || undefined,
    oidcProviderArn: config.get('oidcProviderArn'),
    regions: config.getObject<string[]>('regions'),
    stateBucketArn: state.bucketArn,
    stateKeyArn: key.arn,
    tags,
  });
  return {
    stateBucket: state.bucketName,
    stateKey: `alias/${pulumi.getProject()}-state`,
    boundaries: roles.boundaryArns,
    previewRole: roles.previewRoleArn ?? 'none: previewStack is empty',
    deployRoles: roles.deployRoleArns,
  };
}
