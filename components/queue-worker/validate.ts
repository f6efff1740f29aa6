import { checkWhole, type Problems } from '../validation.ts';
import type { QueueWorkerArgs } from './args.ts';
import type { Settings } from './defaults.ts';
import { reactionSeconds } from './scaling.ts';

/** Everything that is wrong with the arguments, to be reported at once. The service checks what it is given. */
export function problems(name: string, args: QueueWorkerArgs, settings: Settings): Problems {
  const { acceptableLatencySeconds: latency, secondsPerMessage: seconds } = args;
  const { visibilityTimeoutSeconds: hidden } = args.queue;
  return [
    /^[A-Za-z][A-Za-z0-9-]*$/.test(name)
      ? undefined
      : 'the name must begin with a letter and hold letters, digits and hyphens only',
    seconds > 0 ? undefined : `secondsPerMessage must be more than 0, not ${seconds}`,
    checkWhole('acceptableLatencySeconds', latency, reactionSeconds + 1, 86_400),
    seconds > 0 && latency - reactionSeconds < seconds
      ? `acceptableLatencySeconds must be ${Math.ceil(reactionSeconds + seconds)} or more: a task needs up to ${reactionSeconds} s to start, and a message ${seconds} s`
      : undefined,
    hidden < 2 * seconds
      ? `queue: its visibilityTimeoutSeconds of ${hidden} must be twice secondsPerMessage or more, ${Math.ceil(2 * seconds)}: a message that shows again while it is worked on is done twice`
      : undefined,
    checkWhole('minTasks', settings.minTasks, 0, 5000),
    checkWhole('maxTasks', settings.maxTasks, 1, 5000),
    settings.minTasks > settings.maxTasks
      ? `minTasks ${settings.minTasks} is more than maxTasks ${settings.maxTasks}`
      : undefined,
    ...Object.keys(args.environment ?? {})
      .filter((variable) => variable.startsWith('QUEUE_'))
      .map((variable) => `environment: ${variable} is set by the component`),
  ];
}
