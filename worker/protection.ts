import { type Log, textOf } from './log.ts';

/** Protection of this task against scaling in and releases. */
export interface Protection {
  /** Protects the task for one more message. */
  take(): Promise<void>;
  /** Renews the protection when half of its time is over. */
  renew(): Promise<void>;
  /** Takes the protection off with the last message that needs it. */
  release(): Promise<void>;
}

/** Minutes after which ECS takes the protection off by itself, for a container that hangs. */
const minutes = 60;
/** Milliseconds within which the agent must answer: it is on the same host. */
const answerLimit = 2000;
/** Milliseconds until a request that failed is made again. */
const retryAfter = 10_000;

/**
 * Asks ECS's agent. Its errors are logged and stop no work: a task without protection gives its messages back when it is
 * stopped.
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html)
 *
 * @param agentUri undefined outside of ECS, where there is nothing to protect from
 * @param now milliseconds
 */
export function createProtection(agentUri: string | undefined, log: Log, now = Date.now): Protection {
  const nothing = async () => {};
  if (agentUri === undefined) return { take: nothing, renew: nothing, release: nothing };
  let messages = 0;
  let isOn = false;
  let due = 0;
  // Two requests at a time could arrive in the wrong order, and leave an idle task protected for an hour.
  let last = Promise.resolve();

  async function turnOn(): Promise<void> {
    if (messages === 0 || now() < due) return;
    due = now() + retryAfter;
    if (!(await put({ ProtectionEnabled: true, ExpiresInMinutes: minutes }))) return;
    isOn = true;
    due = now() + (minutes / 2) * 60_000;
  }

  async function turnOff(): Promise<void> {
    if (messages === 0 && isOn && (await put({ ProtectionEnabled: false }))) {
      isOn = false;
      due = 0;
    }
  }

  async function put(state: object): Promise<boolean> {
    try {
      const answer = await fetch(`${agentUri}/task-protection/v1/state`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(state),
        signal: AbortSignal.timeout(answerLimit),
      });
      const text = await answer.text();
      // The agent may answer 200 with a failure, such as DEPLOYMENT_BLOCKED.
      if (answer.ok && 'protection' in JSON.parse(text)) return true;
      throw new Error(`${answer.status} ${text}`);
    } catch (error) {
      log({ level: 'warn', msg: 'the protection of the task could not be set', error: textOf(error) });
      return false;
    }
  }

  const afterLast = (step: () => Promise<void>): Promise<void> => {
    last = last.then(step);
    return last;
  };
  return {
    take: () => {
      messages++;
      return afterLast(turnOn);
    },
    renew: () => afterLast(turnOn),
    release: () => {
      messages--;
      return afterLast(turnOff);
    },
  };
}
