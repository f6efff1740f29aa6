import { checkNames, checkWhole, type Problems } from '../validation.ts';
import type { MonitoringArgs } from './args.ts';

/** Everything that is wrong with the arguments. */
export function problemsOf(args: MonitoringArgs): Problems {
  const watched = {
    services: args.services ?? [],
    tables: args.tables ?? [],
    queues: args.queues ?? [],
    stateMachines: args.stateMachines ?? [],
    logMetrics: args.logMetrics ?? [],
  };
  return [
    ...Object.entries(watched).flatMap(([kind, list]) =>
      checkNames(
        kind,
        list.map(({ name }) => name),
      ),
    ),
    ...watched.services.flatMap((service) => [
      service.loadBalancerArnSuffix !== undefined && service.apiId !== undefined
        ? `services "${service.name}": at most one of loadBalancerArnSuffix and apiId may be set, not both`
        : undefined,
      service.targetGroupArnSuffix !== undefined && service.loadBalancerArnSuffix === undefined
        ? `services "${service.name}": targetGroupArnSuffix needs loadBalancerArnSuffix`
        : undefined,
      checkWhole(`services "${service.name}": latencyMilliseconds`, service.latencyMilliseconds, 1, 600_000),
      checkWhole(`services "${service.name}": cpuPercent`, service.cpuPercent, 1, 100),
      checkWhole(`services "${service.name}": memoryPercent`, service.memoryPercent, 1, 100),
    ]),
    ...watched.tables.map(({ name, indexNames = [] }) =>
      indexNames.length > 4
        ? `tables "${name}": indexNames may hold four, not ${indexNames.length}: an alarm watches ten metrics`
        : undefined,
    ),
    ...watched.queues.flatMap(({ name, deadLetter, maxAgeSeconds }) => [
      checkWhole(`queues "${name}": maxAgeSeconds`, maxAgeSeconds, 1, 1_209_600),
      deadLetter === true && maxAgeSeconds !== undefined
        ? `queues "${name}": either deadLetter or maxAgeSeconds, not both`
        : undefined,
    ]),
    ...watched.logMetrics.flatMap(({ name, threshold, periodMinutes }) => [
      checkWhole(`logMetrics "${name}": threshold`, threshold, 0, Number.MAX_SAFE_INTEGER),
      checkWhole(`logMetrics "${name}": periodMinutes`, periodMinutes, 1, 1440),
    ]),
  ];
}
