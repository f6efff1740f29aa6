import type { FargateScalingArgs, FargateServiceArgs } from '../components/index.ts';
import { pageReadUnitsPerTask } from '../contract/capacity.ts';
import { mostTasks, parseOfficeHours, type Settings } from './settings/index.ts';

/** Autoscaling where a setting asks for it, otherwise a fixed number of tasks. */
export function scalingOf(settings: Settings): Pick<FargateServiceArgs, 'desiredCount' | 'scaling'> {
  const min = settings['scaling.minTasks'];
  const max = settings['scaling.maxTasks'] ?? min;
  const policies: Omit<FargateScalingArgs, 'min' | 'max'> = {
    targetCpuPercent: settings['scaling.cpuPercent'],
    targetMemoryPercent: settings['scaling.memoryPercent'],
    targetRequestsPerTask: settings['scaling.requestsPerTask'],
    stepCpu: settings['scaling.stepCpu'] ? {} : undefined,
    schedules: settings['scaling.schedules'] ?? officeHours(settings['scaling.officeHours'], min, max),
  };
  if (Object.values(policies).every((policy) => policy === undefined)) return { desiredCount: min };
  return { scaling: { min, max, ...policies } };
}

/** Read units a second of the page's item that each task takes. */
export function pageReadUnitsOf(settings: Settings): number {
  return settings['page.readUnitsPerSecond'] ?? pageReadUnitsPerTask(mostTasks(settings));
}

/** Schedules with the usual limits within the hours, and no task at other times. */
function officeHours(text: string | undefined, min: number, max: number): FargateScalingArgs['schedules'] {
  if (text === undefined) return undefined;
  const { start, stop, timeZone } = parseOfficeHours(text).hours;
  return [
    { name: 'opening', schedule: start, timeZone, min, max },
    { name: 'closing', schedule: stop, timeZone, min: 0, max: 0 },
  ];
}
