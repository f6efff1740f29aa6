import type { ECS, Service, ServiceDeployment, Task } from '@aws-sdk/client-ecs';

/** The release that a program asked for. */
export interface Release {
  /** ARN. */
  cluster: string;
  /** Name. */
  service: string;
  /** ARN of the task definition. */
  taskDefinition: string;
}

/** What ECS says of the last release of a service. */
export interface Facts {
  service: Service;
  /** The last deployment; undefined where ECS has none of the last 90 days, which is as long as it keeps them. */
  deployment: ServiceDeployment | undefined;
  /** Task definitions, by the ARN of their revision of the service. */
  taskDefinitions: ReadonlyMap<string, string>;
}

/** Asks ECS for the service, its last deployment and what that deployment releases. */
export async function readFacts(ecs: ECS, release: Release): Promise<Facts> {
  const { cluster, service } = release;
  const { services } = await ecs.describeServices({ cluster, services: [service] });
  const found = services?.[0];
  if (found === undefined) throw new Error(`ECS knows no service "${service}" in ${cluster}`);
  const deployment = await lastDeployment(ecs, release);
  return { service: found, deployment, taskDefinitions: await taskDefinitionsOf(ecs, deployment) };
}

/** The one that was created last: AWS does not say in which order it lists them. */
async function lastDeployment(
  ecs: ECS,
  { cluster, service }: Release,
): Promise<ServiceDeployment | undefined> {
  let last: { arn: string; created: number } | undefined;
  let nextToken: string | undefined;
  do {
    const page = await ecs.listServiceDeployments({
      cluster,
      service,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    for (const { serviceDeploymentArn: arn, createdAt } of page.serviceDeployments ?? []) {
      const created = createdAt?.getTime() ?? 0;
      if (arn !== undefined && created >= (last?.created ?? 0)) last = { arn, created };
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  if (last === undefined) return undefined;
  const { serviceDeployments } = await ecs.describeServiceDeployments({ serviceDeploymentArns: [last.arn] });
  return serviceDeployments?.[0];
}

async function taskDefinitionsOf(
  ecs: ECS,
  deployment: ServiceDeployment | undefined,
): Promise<Map<string, string>> {
  const serviceRevisionArns = [
    deployment?.targetServiceRevision?.arn,
    deployment?.rollback?.serviceRevisionArn,
  ].filter((arn) => arn !== undefined);
  if (serviceRevisionArns.length === 0) return new Map();
  const { serviceRevisions = [] } = await ecs.describeServiceRevisions({ serviceRevisionArns });
  return new Map(
    serviceRevisions.map(({ serviceRevisionArn = '', taskDefinition = '' }) => [
      serviceRevisionArn,
      taskDefinition,
    ]),
  );
}

/** The stopped tasks of a deployment, the latest first. ECS shows them for an hour. */
export async function stoppedTasks(ecs: ECS, release: Release, facts: Facts): Promise<Task[]> {
  const { cluster, service } = release;
  const { taskArns = [] } = await ecs.listTasks({ cluster, serviceName: service, desiredStatus: 'STOPPED' });
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.describeTasks({ cluster, tasks: taskArns });
  const starter = starterOf(facts);
  return tasks
    .filter(({ startedBy }) => starter === undefined || startedBy === starter)
    .sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
}

/** ECS starts the tasks of `…:service-revision/<cluster>/<service>/<number>` as `ecs-svc/<number>`. */
function starterOf({ deployment }: Facts): string | undefined {
  const number = deployment?.targetServiceRevision?.arn?.split('/').at(-1);
  return number === undefined ? undefined : `ecs-svc/${number}`;
}
