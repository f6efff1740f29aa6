import type * as pulumi from '@pulumi/pulumi';
import type { PolicyStatement } from './iam.ts';

/** What a role needs to pull images of these repositories. ECR itself uses the key that encrypts them. */
export function pullStatements(repositoryArns: pulumi.Input<string>[]): PolicyStatement[] {
  return [
    // `*`: see accountWideActions.
    { sid: 'RegistryToken', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
    {
      sid: 'PullImage',
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: repositoryArns,
    },
  ];
}
