import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { ecsClient } from './client.ts';
import type { Release } from './facts.ts';
import { failureOf, type Patience } from './judge.ts';
import { type ProviderSettings, providerSettings } from './provider.ts';

/** Milliseconds between two questions to ECS while a deployment goes on. */
const pause = 5_000;

/**
 * Fails the deployment unless the last deployment of the service is SUCCESSFUL and has the requested task definition. A
 * service that the circuit breaker or an alarm has rolled back is steady too, and without this check the release would seem
 * to have succeeded. The revision of a task definition would not tell a failed release of other subnets, another capacity
 * or another target group, so ECS's deployments are asked, by AWS's SDK: the provider has no data source for them.
 *
 * - **A release that is rolled back**: the provider mostly notices and fails the resource; `release/explanation.ts` then
 *   says why. Where it does not notice, this check fails the `up`.
 * - **Another `up` without changes**: fails again, since ECS is asked each time and the state file is not trusted. (The
 *   provider records the requested revision as the running one.)
 * - **A deployment that goes on**, since an `up` was killed or somebody else deploys: is waited for, for `timeoutMinutes`.
 * - **Another task definition was deployed by hand**: fails as well, since the service is not what the program says.
 *   Restarting the tasks by hand (force-new-deployment) changes no task definition and passes.
 * - **Preview, and Pulumi's mocks**: release nothing, so ECS is not asked.
 *
 * The output holds the task definition that really runs. What must happen only after a good release can depend on it.
 */
export function releasedTaskDefinition(
  service: aws.ecs.Service,
  taskDefinition: aws.ecs.TaskDefinition,
  timeoutMinutes: number,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  if (pulumi.runtime.isDryRun()) return taskDefinition.arn;
  const current = aws.ecs.getServiceOutput(
    { clusterArn: service.cluster, serviceName: service.name },
    { parent, dependsOn: [service] },
  );
  const checked = pulumi
    .all([providerSettings(parent), current.arn, service.cluster, service.name, taskDefinition.arn])
    .apply(async ([settings, arn, cluster, name, requested]) => {
      if (isInAws(arn)) {
        const tell = (progress: string) => void pulumi.log.info(`${name}: ${progress}`, service);
        const release = { cluster, service: name, taskDefinition: requested };
        const patience = { limit: timeoutMinutes * 60_000, pause };
        const problem = await problemOf(settings, regionOf(arn), release, patience, tell);
        if (problem !== undefined) throw new pulumi.ResourceError(problem, service, true);
      }
      return requested;
    });
  // The provider's keys are secret; that a task definition was released with them is not.
  return pulumi.unsecret(checked);
}

/** The error in one line, also when ECS cannot be asked: a release that is not known to be good has not passed. */
export async function problemOf(
  settings: ProviderSettings,
  region: string,
  release: Release,
  patience: Patience,
  tell: (progress: string) => void,
): Promise<string | undefined> {
  const ecs = await ecsClient(settings, region);
  try {
    return await failureOf(ecs, release, patience, tell);
  } catch (error) {
    const { name, message } = error as Error;
    return (
      `the release of service "${release.service}" could not be judged: ${name}: ${message}. The check asks ECS with the ` +
      'credentials, profile and roles of the aws provider'
    );
  } finally {
    ecs.destroy();
  }
}

/** Whether the provider answered with a service of AWS. Mocks answer without an ARN. */
function isInAws(arn: string | undefined): arn is string {
  return arn !== undefined && /^arn:[^:]+:ecs:[^:]+:\d+:service\//.test(arn);
}

/** The region in the ARN of a service or cluster. */
export function regionOf(arn: string): string {
  return arn.split(':')[3] as string;
}
