/** What a `QueueWorker` and ECS tell the container. */
export interface Settings {
  readonly queueUrl: string;
  readonly visibilityTimeoutSeconds: number;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly stopTimeoutSeconds: number;
  /** Undefined outside of ECS. */
  readonly agentUri: string | undefined;
}

/** ECS's own default (API reference, ContainerDefinition.stopTimeout), for a container that no `QueueWorker` runs. */
const defaultStopTimeout = 30;

/** @throws Error that names every variable that is missing or wrong */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const positive = (name: string, fallback?: number): number => {
    const text = environment[name];
    const number = text === undefined ? fallback : Number(text);
    if (number !== undefined && number > 0) return number;
    problems.push(`${name} must be a number of seconds above 0, not ${text}`);
    return Number.NaN;
  };
  const queueUrl = environment.QUEUE_URL ?? '';
  if (!URL.canParse(queueUrl))
    problems.push(`QUEUE_URL must be the URL of a queue, not ${environment.QUEUE_URL}`);
  const settings: Settings = {
    queueUrl,
    visibilityTimeoutSeconds: positive('QUEUE_VISIBILITY_TIMEOUT_SECONDS'),
    stopTimeoutSeconds: positive('QUEUE_STOP_TIMEOUT_SECONDS', defaultStopTimeout),
    agentUri: environment.ECS_AGENT_URI,
  };
  if (problems.length > 0) throw new Error(`the worker cannot start: ${problems.join('; ')}`);
  return settings;
}
