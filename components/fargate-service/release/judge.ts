import type { ECS } from '@aws-sdk/client-ecs';
import { type Facts, type Release, readFacts, stoppedTasks } from './facts.ts';
import { causesOf, progressOf, reasonsOf, revision, troubles, type Verdict, verdictOn } from './verdict.ts';

export interface Patience {
  /** Milliseconds for which a deployment may go on. */
  limit: number;
  /** Milliseconds between two questions. */
  pause: number;
}

/** Characters of an error. The engine prints it as one line; ECS's own reasons can be long. */
const maxLength = 1500;

/**
 * Waits until the last deployment of a service has ended, and says why it failed.
 *
 * @param tell hears how far a deployment is that still goes on, once for each step
 * @returns the error in one line; undefined when the release is what was asked for
 */
export async function failureOf(
  ecs: ECS,
  release: Release,
  patience: Patience,
  tell: (progress: string) => void,
): Promise<string | undefined> {
  const end = Date.now() + patience.limit;
  for (let told = ''; ; ) {
    const facts = await readFacts(ecs, release);
    const verdict = verdictOn(release, facts);
    if (verdict.state === 'released') return undefined;
    if (verdict.state === 'failed') return explain(ecs, release, facts, verdict);
    if (Date.now() >= end) return explain(ecs, release, facts, timedOut(facts, verdict.progress, patience));
    if (verdict.progress !== told) tell(verdict.progress);
    told = verdict.progress;
    await new Promise((resolve) => setTimeout(resolve, patience.pause));
  }
}

/**
 * Says why a deployment failed, or does not end, after the provider has failed to update the service.
 *
 * @returns undefined when ECS knows of no failed deployment: the update itself was refused
 */
export async function failureAfterError(ecs: ECS, release: Release): Promise<string | undefined> {
  const facts = await readFacts(ecs, release);
  const verdict = verdictOn(release, facts);
  const { deployment } = facts;
  if (deployment === undefined || verdict.state === 'released') return undefined;
  if (verdict.state === 'failed' && deployment.status === 'SUCCESSFUL') return undefined;
  const failed =
    verdict.state === 'failed'
      ? verdict
      : { what: `is not released: ${progressOf(deployment)}`, causes: causesOf(deployment) };
  return explain(ecs, release, facts, failed);
}

type Failure = Pick<Extract<Verdict, { state: 'failed' }>, 'what' | 'causes'>;

function timedOut({ deployment }: Facts, progress: string, { limit }: Patience): Failure {
  return {
    what: `has not ended its deployment within ${Math.round(limit / 60_000)} minutes (${progress})`,
    causes: deployment === undefined ? [] : causesOf(deployment),
  };
}

/** One line: what happened, why, what the tasks said last, and what to do. */
async function explain(ecs: ECS, release: Release, facts: Facts, failure: Failure): Promise<string> {
  const parts = [...failure.causes, ...(await lastWords(ecs, release, facts))];
  const causes = [...new Set(parts.map((part) => part.replace(/\.$/, '')))].join('; ');
  const text = `release failed: service "${release.service}" ${failure.what}${causes === '' ? '' : `: ${causes}`}`;
  const line = text.replaceAll(/\s+/g, ' ');
  const short = line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
  return `${short.replace(/\.$/, '')}. ${advice(release, facts)}`;
}

/** The reasons of the stopped tasks; where there are none, what the service says. They explain a failure that is certain
 * already, so an answer that is refused does not hide it. */
async function lastWords(ecs: ECS, release: Release, facts: Facts): Promise<string[]> {
  try {
    const reasons = reasonsOf(await stoppedTasks(ecs, release, facts));
    return reasons.length > 0 ? reasons : troubles(facts);
  } catch (error) {
    return [...troubles(facts), `why its tasks stopped could not be read: ${(error as Error).message}`];
  }
}

/** A refresh finds the earlier task definition and releases again; where it is the same, there is nothing to find. */
function advice({ cluster, service, taskDefinition }: Release, facts: Facts): string {
  const again =
    revision(facts.service.taskDefinition) === revision(taskDefinition)
      ? `\`aws ecs update-service --force-new-deployment --cluster ${cluster.split('/').at(-1)} --service ${service}\``
      : '`pulumi up --refresh`';
  return `Deploy a corrected release, or this one again with ${again}`;
}
