import { checkTimeZone } from '../../components/fargate-service/index.ts';

export interface OfficeHours {
  /** When the tasks start and stop, as schedules of Application Auto Scaling. */
  start: string;
  stop: string;
  timeZone: string;
}

const days = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];

/** Reads `MON-FRI 07:00-19:00 Europe/Berlin`. The setting's kind has checked the form; days and times are checked here. */
export function parseOfficeHours(text: string): { hours: OfficeHours; problem: string | undefined } {
  const [range = '', times = '', timeZone = ''] = text.split(' ');
  const [from = '', to = ''] = times.split('-');
  const named = range.split('-');
  const hours = { start: cron(from, range), stop: cron(to, range), timeZone };
  const problem =
    named.some((day) => !days.includes(day)) ||
    days.indexOf(named[0] ?? '') > days.indexOf(named.at(-1) ?? '')
      ? `scaling.officeHours: ${range} must be days from MON to SUN`
      : ![from, to].every((time) => /^([01]\d|2[0-3]):[0-5]\d$/.test(time)) || from >= to
        ? `scaling.officeHours: ${times} must be two times of one day, the earlier first`
        : checkTimeZone('scaling.officeHours', timeZone);
  return { hours, problem };
}

function cron(time: string, range: string): string {
  const [hour, minute] = time.split(':').map(Number);
  return `cron(${minute} ${hour} ? * ${range} *)`;
}
