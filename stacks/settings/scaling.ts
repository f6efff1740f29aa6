import { define } from './define.ts';
import { flag, objects, text, whole } from './kinds.ts';

/** Limits for the number of tasks from a given time on. */
interface Schedule {
  name: string;
  schedule: string;
  timeZone?: string;
  min: number;
  max: number;
}

/** The keys about how many tasks there are, and on which capacity. */
export const scalingDefinitions = {
  'capacity.onDemandBase': define(whole(0, 1000), 0, 'Tasks that always run on Fargate, never on Spot'),
  'capacity.onDemandWeight': define(whole(0, 1000), 1, 'Share of Fargate among the further tasks'),
  'capacity.spotWeight': define(
    whole(0, 1000),
    0,
    'Share of Fargate Spot among them: about 70 % cheaper, stopped at two minutes’ notice',
  ),
  'scaling.minTasks': define(whole(0, 1000), 2, 'Fewest tasks'),
  'scaling.maxTasks': define(
    whole(0, 1000),
    undefined,
    'Most tasks; without it as many as `scaling.minTasks`',
  ),
  'scaling.cpuPercent': define(whole(1, 100), undefined, 'Average CPU use that scaling aims at'),
  'scaling.memoryPercent': define(whole(1, 100), undefined, 'Average memory use that scaling aims at'),
  'scaling.requestsPerTask': define(
    whole(1, 1000000),
    undefined,
    'Requests per task and minute that scaling aims at; needs a load balancer',
  ),
  'scaling.stepCpu': define(
    flag,
    false,
    'One task more from 85 % CPU on, one less below 10 %; in place of `scaling.cpuPercent`',
  ),
  'scaling.officeHours': define(
    text(
      /^[A-Z]{3}(-[A-Z]{3})? \d\d:\d\d-\d\d:\d\d [A-Za-z_]+(\/[A-Za-z_+-]+)*$/,
      'days, times and a time zone, such as "MON-FRI 07:00-19:00 Europe/Berlin"',
    ),
    undefined,
    'Tasks run at these times only, such as `MON-FRI 07:00-19:00 Europe/Berlin`',
  ),
  'scaling.schedules': define(
    objects<Schedule>({
      name: 'string',
      schedule: 'string',
      timeZone: 'string?',
      min: 'number',
      max: 'number',
    }),
    undefined,
    'Other numbers of tasks at other times: a list of `{name, schedule: cron(…), timeZone, min, max}`',
  ),
};
