import { scheduledTimeVariable } from '../../contract/scheduled-tasks.ts';
import { checkRecurring, checkTimeZone } from '../fargate-service/index.ts';
import { checkWhole, type Problems } from '../validation.ts';
import type { Settings } from './defaults.ts';

/** Everything that is wrong with the arguments, to be reported at once. The job queue checks what is the container's. */
export function problems(name: string, settings: Settings): Problems {
  const variables = Object.keys({ ...settings.environment, ...settings.secrets });
  return [
    // The longest name is that of the role "<name>-jobs-execution", for which IAM has 64 characters.
    /^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(name)
      ? undefined
      : 'the name must begin with a letter and hold at most 40 letters, digits and hyphens',
    checkRecurring('schedule', settings.schedule),
    checkTimeZone('timeZone', settings.timeZone),
    checkWhole('timeLimitSeconds', settings.timeLimitSeconds, 60, 86_400),
    checkWhole('retries', settings.retries, 0, 10),
    checkWhole('slowSeconds', settings.slowSeconds, 1, 31_536_000),
    checkWhole('graceSeconds', settings.graceSeconds, 60, 86_400),
    variables.includes(scheduledTimeVariable)
      ? `environment: ${scheduledTimeVariable} is set by the component`
      : undefined,
  ];
}
