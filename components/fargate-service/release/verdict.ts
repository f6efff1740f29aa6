import type { ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import type { Facts, Release } from './facts.ts';

/** How a release stands. */
export type Verdict =
  | { state: 'released' }
  /** ECS is still at it; `progress` says how far it is. */
  | { state: 'waiting'; progress: string }
  /** `what` happened to the service, and the cause as far as the deployment itself names it. */
  | { state: 'failed'; what: string; causes: string[] };

/**
 * Judges a release by the service itself: it passes when the last deployment is SUCCESSFUL and has the task definition that
 * was asked for. What each status means:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html
 */
export function verdictOn(release: Release, facts: Facts): Verdict {
  const { deployment } = facts;
  if (deployment === undefined) return verdictOnOldService(release, facts);
  const released = facts.taskDefinitions.get(deployment.targetServiceRevision?.arn ?? '');
  switch (deployment.status) {
    case 'SUCCESSFUL':
      return released === release.taskDefinition
        ? { state: 'released' }
        : verdictOnOther(release, facts, released);
    case 'ROLLBACK_SUCCESSFUL':
      return failed(`was rolled back${to(facts, deployment)}`, deployment);
    case 'ROLLBACK_FAILED':
      return failed('could not be rolled back', deployment);
    case 'STOPPED':
      return failed('stopped the deployment and rolled nothing back', deployment);
    default:
      return { state: 'waiting', progress: progressOf(deployment) };
  }
}

function failed(what: string, deployment: ServiceDeployment): Verdict {
  return { state: 'failed', what, causes: causesOf(deployment) };
}

/** ECS may list a deployment some seconds after it has accepted it: then the one before it is still the last. */
function verdictOnOther(release: Release, { service }: Facts, released: string | undefined): Verdict {
  const { taskDefinition } = service;
  if (taskDefinition === release.taskDefinition)
    return { state: 'waiting', progress: 'ECS has not begun the deployment yet' };
  return {
    state: 'failed',
    what: `runs ${revision(taskDefinition ?? released)} instead of ${revision(release.taskDefinition)}`,
    causes: ['another revision was deployed by hand'],
  };
}

/** ECS forgets deployments after 90 days; what it says of the service itself stays. */
function verdictOnOldService(release: Release, { service }: Facts): Verdict {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  const running = primary?.taskDefinition ?? service.taskDefinition;
  switch (primary?.rolloutState) {
    case 'IN_PROGRESS':
      return { state: 'waiting', progress: `${primary.runningCount} of ${primary.desiredCount} tasks run` };
    case 'FAILED':
      return {
        state: 'failed',
        what: `could not release ${revision(running)}`,
        causes: [primary.rolloutStateReason ?? 'ECS gives no reason'],
      };
    default:
      return running === release.taskDefinition
        ? { state: 'released' }
        : {
            state: 'failed',
            what: `runs ${revision(running)} instead of ${revision(release.taskDefinition)}`,
            causes: ['it was rolled back, or another revision was deployed by hand'],
          };
  }
}

/** How far a deployment is: its stage where requests are shifted, and its tasks. */
export function progressOf({ status, lifecycleStage, targetServiceRevision }: ServiceDeployment): string {
  const { requestedTaskCount = 0, runningTaskCount = 0 } = targetServiceRevision ?? {};
  const stage = lifecycleStage === undefined ? '' : ` (${lifecycleStage})`;
  return `${status}${stage}, ${runningTaskCount} of ${requestedTaskCount} new tasks run`;
}

/** What made ECS give a deployment up, the plainest reason first. */
export function causesOf(deployment: ServiceDeployment): string[] {
  const { alarms, deploymentCircuitBreaker: breaker, rollback, statusReason } = deployment;
  const went = alarms?.triggeredAlarmNames ?? [];
  const said = [statusReason, rollback?.reason].filter((text) => text !== undefined && text !== '');
  return [
    ...went.map((name) => `the alarm "${name}" went off`),
    ...(breaker?.status === 'TRIGGERED'
      ? [`${breaker.failureCount} tasks failed, and the circuit breaker allows ${breaker.threshold}`]
      : []),
    ...new Set(said as string[]),
  ];
}

function to({ taskDefinitions }: Facts, { rollback }: ServiceDeployment): string {
  const earlier = taskDefinitions.get(rollback?.serviceRevisionArn ?? '');
  return earlier === undefined ? '' : ` to ${revision(earlier)}`;
}

/** Reasons that are said, at most; the last tasks of a release mostly stop for one. */
const mostReasons = 3;

/** Why the tasks of a deployment stopped, each reason once, with the number of tasks that it stopped. */
export function reasonsOf(tasks: readonly Task[]): string[] {
  const counts = new Map<string, number>();
  for (const task of tasks) {
    const reason = reasonOf(task);
    if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .slice(0, mostReasons)
    .map(([reason, count]) => `${count} ${count === 1 ? 'task' : 'tasks'}: ${reason}`);
}

/** Undefined for a task that ECS stopped only because the deployment was over. */
function reasonOf({ stoppedReason, stopCode, containers = [] }: Task): string | undefined {
  const details = containers.flatMap(({ name, reason, exitCode }) => [
    ...(exitCode === undefined || exitCode === 0 ? [] : [`container ${name} exited with ${exitCode}`]),
    ...(reason === undefined || reason === '' || reason === stoppedReason ? [] : [`${name}: ${reason}`]),
  ]);
  if (stopCode === 'ServiceSchedulerInitiated' && /^Scaling activity/.test(stoppedReason ?? ''))
    return undefined;
  const reason = [stoppedReason, ...details].filter((text) => text !== undefined && text !== '').join(', ');
  return reason === '' ? undefined : reason;
}

/** What a service could not do since a deployment began, each event once: tasks that never started leave no other trace. */
export function troubles({ service, deployment }: Facts): string[] {
  const since = deployment?.createdAt?.getTime() ?? 0;
  const messages = (service.events ?? [])
    .filter(({ createdAt }) => (createdAt?.getTime() ?? 0) >= since)
    .map(({ message = '' }) => message)
    .filter((message) => /unable to|failed|unhealthy/i.test(message));
  return [...new Set(messages)].slice(0, mostReasons);
}

/** `family:revision` of a task definition's ARN. */
export function revision(arn = 'nothing'): string {
  return arn.split('/').at(-1) as string;
}
