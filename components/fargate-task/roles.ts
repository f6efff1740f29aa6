import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type PolicyStatement, policyDocument, regionalArn, trustPolicy } from '../iam.ts';
import { viaServices } from '../key-use.ts';
import { pullStatements } from '../pull-images.ts';
import { attachPolicy } from '../role-policy.ts';

/** Trust in ECS, which starts the tasks of services and of Batch jobs, as long as it acts for this account. */
export function taskTrust(child: { parent: pulumi.Resource }): pulumi.Output<string> {
  const { accountId } = aws.getCallerIdentityOutput({}, child);
  return trustPolicy('ecs-tasks.amazonaws.com', {
    sourceAccount: accountId,
    sourceArn: regionalArn('ecs', '*', child),
  });
}

/** What containers need before their own code runs. */
interface StartNeeds {
  logGroupArn: pulumi.Input<string>;
  /** Of images that are kept in ECR; one may be named more than once. */
  repositoryArns: pulumi.Input<string>[];
  /** ARNs of secrets and parameters. */
  secrets: pulumi.Input<string>[];
  /** Customer keys of secrets. */
  secretKeyArns: pulumi.Input<string>[];
}

/** The policy `<name>-execution-policy` of the role by which ECS starts containers. */
export function attachExecutionPolicy(
  name: string,
  role: aws.iam.Role,
  { logGroupArn, repositoryArns, secrets, secretKeyArns }: StartNeeds,
  child: { parent: pulumi.Resource },
): aws.iam.RolePolicy {
  const fixed = [
    ...startStatements(logGroupArn, [...new Set(repositoryArns)]),
    ...decryptSecrets(secretKeyArns, child),
  ];
  return attachPolicy(`${name}-execution-policy`, role.name, fixed, child, (statements) =>
    // The ARN tells which service keeps a secret, and it may be known only during the deployment. So the text of the
    // policy is computed then; the resources do not depend on it.
    pulumi.output(secrets).apply((arns) => policyDocument([...statements, ...readSecrets(arns)])),
  );
}

/** What ECS needs to start a container: to write the log, and to pull images that are kept in ECR. */
export function startStatements(
  logGroupArn: pulumi.Input<string>,
  repositoryArns: pulumi.Input<string>[],
): PolicyStatement[] {
  return [
    {
      sid: 'WriteLogs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [pulumi.interpolate`${logGroupArn}:*`],
    },
    ...(repositoryArns.length === 0 ? [] : pullStatements(repositoryArns)),
  ];
}

/** What ECS needs to fetch secrets that customer keys encrypt. */
function decryptSecrets(
  keyArns: pulumi.Input<string>[],
  child: { parent: pulumi.Resource },
): PolicyStatement[] {
  if (keyArns.length === 0) return [];
  return [
    {
      sid: 'DecryptSecrets',
      actions: ['kms:Decrypt'],
      resources: keyArns,
      conditions: { StringEquals: { 'kms:ViaService': viaServices(['secretsmanager', 'ssm'], child) } },
    },
  ];
}

/** The statements that let ECS fetch these secrets and no others. */
export function readSecrets(arns: string[]): PolicyStatement[] {
  const unique = [...new Set(arns)].sort();
  const parameters = unique.filter((arn) => arn.split(':')[2] === 'ssm');
  const secrets = unique.filter((arn) => arn.split(':')[2] === 'secretsmanager');
  const others = unique.filter((arn) => !parameters.includes(arn) && !secrets.includes(arn));
  if (others.length > 0) {
    throw new Error(
      `secrets: ${others.join(', ')} is neither the ARN of an SSM parameter nor of a Secrets Manager secret`,
    );
  }
  return [
    ...(parameters.length === 0
      ? []
      : [{ sid: 'ReadParameters', actions: ['ssm:GetParameters'], resources: parameters }]),
    ...(secrets.length === 0
      ? []
      : [
          {
            sid: 'ReadSecrets',
            actions: ['secretsmanager:GetSecretValue'],
            resources: [...new Set(secrets.map(secretWithoutKey))],
          },
        ]),
  ];
}

/** `…:secret:name-AbCdEf` of `…:secret:name-AbCdEf:key:stage:version`: a permission covers a whole secret. */
function secretWithoutKey(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}
