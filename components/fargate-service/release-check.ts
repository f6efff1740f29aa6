import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/**
 * Fails the deployment when the steady service does not run the requested task definition. A service that the circuit
 * breaker or an alarm has rolled back is steady too, and without this check the release would seem to have succeeded.
 *
 * - **A release that is rolled back**: the `up` fails, although the resource was updated. (The provider notices some
 *   rollbacks while it waits, but then records the requested revision as the running one.)
 * - **Another `up` without changes**: fails again, since ECS is asked each time and the state file is not trusted.
 *   `pulumi up --refresh` releases the same again.
 * - **First release**: there is no earlier revision to roll back to. ECS stops trying, and the wait for the steady state
 *   fails the `up`.
 * - **Another task definition was deployed by hand**: fails as well, since the service is not what the program says.
 *   Restarting the tasks by hand (force-new-deployment) changes no task definition and passes.
 * - **Preview**: releases nothing, so ECS is not asked.
 *
 * The output holds the task definition that really runs. What must happen only after a good release can depend on it.
 */
export function releasedTaskDefinition(
  service: aws.ecs.Service,
  taskDefinition: aws.ecs.TaskDefinition,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  if (pulumi.runtime.isDryRun()) return taskDefinition.arn;
  const current = aws.ecs.getServiceOutput(
    { clusterArn: service.cluster, serviceName: service.name },
    { parent, dependsOn: [service] },
  );
  return pulumi
    .all([service.name, taskDefinition.arn, current.taskDefinition])
    .apply(([name, requested, running]) => {
      const problem = releaseProblem(name, requested, running);
      if (problem !== undefined) throw new pulumi.ResourceError(problem, service, true);
      return running;
    });
}

/** The error when the steady service runs another revision than the requested one; undefined when it runs that one. */
export function releaseProblem(name: string, requested: string, running: string): string | undefined {
  if (requested === running) return undefined;
  return (
    `release failed: service "${name}" runs ${revision(running)} instead of ${revision(requested)}. ` +
    'Either ECS rolled the release back (see the service\'s events, "Deployments" in the console, and the logs of ' +
    'the stopped tasks), or another revision was deployed by hand. Requests are still being served. ' +
    'Deploy a corrected release, or this one again with `pulumi up --refresh`'
  );
}

/** `family:revision` of a task definition's ARN. */
function revision(arn: string): string {
  return arn.split('/').at(-1) as string;
}
