import { pageReadUnits, partition } from '../../contract/capacity.ts';
import { environment } from '../../contract/environment.ts';
import { physicalName } from '../physical-name.ts';
import type { Inputs, Resources, Rule } from './rule.ts';

const service = 'aws:ecs/service:Service';

/** Read units a second that a task of this definition takes of the page's item; undefined when it does not read the page. */
function pageReads({ containerDefinitions }: Inputs): number | undefined {
  const containers: Inputs[] = JSON.parse(containerDefinitions);
  const variables = containers.flatMap((container): Inputs[] => container.environment ?? []);
  const found = variables.find(({ name }) => name === environment.pageReadUnitsPerSecond);
  return found && Number(found.value);
}

/** The most tasks of a service, as its scaling has it now and by its schedules. */
function mostTasks(resources: Resources, name: string, { desiredCount }: Inputs): number {
  const own = ({ resourceId }: Inputs) => String(resourceId).endsWith(`/${name}`);
  const limits = [
    ...resources.of('aws:appautoscaling/target:Target').map(({ inputs }) => inputs as Inputs),
    ...resources
      .of('aws:appautoscaling/scheduledAction:ScheduledAction')
      .map(({ inputs }) => inputs as Inputs)
      .map(({ resourceId, scalableTargetAction }) => ({ resourceId, ...scalableTargetAction })),
  ];
  return Math.max(desiredCount ?? 1, ...limits.filter(own).map(({ maxCapacity }) => Number(maxCapacity)));
}

export const capacityRules: Rule[] = [
  {
    ids: ['own-page-reads'],
    level: 'baseline',
    requires:
      'all tasks together, twice as many during a release, read less of the page than one item gives: lower ' +
      '`scaling.maxTasks` or `page.readUnitsPerSecond`',
    violations: (resources) =>
      resources.failing(service, (inputs, { name }) => {
        const definition = resources
          .of('aws:ecs/taskDefinition:TaskDefinition')
          .find((one) => String(inputs.taskDefinition).includes(`/${(one.inputs as Inputs).family}:`));
        const perTask = definition && pageReads(definition.inputs as Inputs);
        if (perTask === undefined) return true;
        const tasks = mostTasks(resources, physicalName(name, inputs), inputs);
        return pageReadUnits(tasks, perTask) < partition.readUnits;
      }),
  },
];
