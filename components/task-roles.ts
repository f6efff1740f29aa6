import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type PolicyStatement, regionalArn, trustPolicy } from './iam.ts';

/** Trust in ECS, which starts the tasks of services and of Batch jobs, as long as it acts for this account. */
export function taskTrust(child: { parent: pulumi.Resource }): pulumi.Output<string> {
  const { accountId } = aws.getCallerIdentityOutput({}, child);
  return trustPolicy('ecs-tasks.amazonaws.com', {
    sourceAccount: accountId,
    sourceArn: regionalArn('ecs', '*', child),
  });
}

/** What ECS needs to start a container: to write the log, and to pull an image that is kept in ECR. */
export function startStatements(
  logGroupArn: pulumi.Input<string>,
  repositoryArn: pulumi.Input<string> | undefined,
): PolicyStatement[] {
  return [
    {
      sid: 'WriteLogs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [pulumi.interpolate`${logGroupArn}:*`],
    },
    ...(repositoryArn === undefined ? [] : pullImage(repositoryArn)),
  ];
}

function pullImage(repositoryArn: pulumi.Input<string>): PolicyStatement[] {
  return [
    // `*`: see accountWideActions.
    { sid: 'RegistryToken', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
    {
      sid: 'PullImage',
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [repositoryArn],
    },
  ];
}
