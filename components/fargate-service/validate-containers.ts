import { containerProblems } from '../fargate-task/index.ts';
import { checkNames, checkOneOf, checkWhole, type Problems } from '../validation.ts';
import type { FargateServiceArgs } from './args.ts';
import type { FargateHealthCheckArgs, FargateSidecarArgs } from './container-args.ts';
import { containerName } from './container-definition.ts';
import type { ContainerSettings } from './containers.ts';
import type { Settings } from './defaults.ts';

const conditions = ['START', 'HEALTHY', 'COMPLETE', 'SUCCESS'];

/** What is wrong with the containers of a task, and with what they share. */
export function taskProblems(args: FargateServiceArgs, settings: Settings): Problems {
  const { containers, size, permissions, listenerRules } = settings;
  const [app, ...sidecars] = containers as [ContainerSettings, ...ContainerSettings[]];
  const given = args.sidecars ?? [];
  const names = containers.map(({ name }) => name);
  return [
    ...ownProblems(app, args, permissions),
    ...sidecars.flatMap((sidecar) =>
      sidecarProblems(sidecar, given.find(({ name }) => name === sidecar.name) ?? {}, settings).map(
        (problem) => problem && `sidecars "${sidecar.name}": ${problem}`,
      ),
    ),
    // ECS takes ten containers (Amazon ECS service quotas).
    given.length > 9 ? `sidecars: at most 9, not ${given.length}` : undefined,
    ...checkNames(
      'sidecars',
      given.map(({ name }) => name),
    ),
    names.indexOf(containerName) < names.lastIndexOf(containerName)
      ? `sidecars: "${containerName}" is the name of the service's own container`
      : undefined,
    ...containers.flatMap((container) => dependencyProblems(container, containers)),
    checkCircle(containers),
    checkShare('cpu', containers, ({ cpu }) => cpu, size.cpu),
    checkShare('memoryMiB', containers, ({ memory }) => memory, size.memory),
    checkWhole('ephemeralStorageGiB', args.ephemeralStorageGiB, 21, 200),
    ...listenerRules
      .filter(({ container }) => !names.includes(container))
      .map(({ name, container }) => `listenerRules "${name}": there is no container "${container}"`),
  ];
}

type Given = Partial<Pick<FargateServiceArgs & FargateSidecarArgs, 'healthCheck' | 'memoryMiB' | 'cpu'>>;

function ownProblems(
  container: ContainerSettings,
  { healthCheck }: Given,
  permissions: Settings['permissions'],
): Problems {
  const { mounts, stopTimeoutSeconds } = container;
  return [
    ...containerProblems({ ...container, writablePaths: mounts.map(({ path }) => path), permissions }),
    checkWhole('stopTimeoutSeconds', stopTimeoutSeconds, 2, 120),
    ...healthCheckProblems(healthCheck ?? {}, container),
  ];
}

function healthCheckProblems(args: FargateHealthCheckArgs, { healthCheck }: ContainerSettings): Problems {
  const { disabled = false, ...others } = args;
  return [
    disabled && Object.values(others).some((value) => value !== undefined)
      ? 'healthCheck: disabled leaves nothing else to set'
      : undefined,
    args.path !== undefined && args.command !== undefined
      ? 'healthCheck: either path or command, not both'
      : undefined,
    checkPath('healthCheck.path', args.path),
    args.command?.length === 0 ? 'healthCheck.command must not be empty' : undefined,
    checkWhole('healthCheck.intervalSeconds', healthCheck?.interval, 5, 300),
    checkWhole('healthCheck.timeoutSeconds', healthCheck?.timeout, 2, 60),
    checkWhole('healthCheck.retries', healthCheck?.retries, 1, 10),
    checkWhole('healthCheck.startPeriodSeconds', healthCheck?.startPeriod, 0, 300),
  ];
}

function sidecarProblems(sidecar: ContainerSettings, given: Given, { image, size }: Settings): Problems {
  const { architecture } = sidecar.image;
  return [
    ...ownProblems(sidecar, given, []),
    architecture !== image.architecture
      ? `image.architecture must be the service's, ${image.architecture}, not ${architecture}`
      : undefined,
    given.healthCheck !== undefined && !given.healthCheck.disabled && given.healthCheck.command === undefined
      ? 'healthCheck needs command'
      : undefined,
    checkWhole('cpu', given.cpu, 1, size.cpu),
    // Docker takes no less (Amazon ECS API reference, ContainerDefinition).
    checkWhole('memoryMiB', given.memoryMiB, 6, size.memory),
  ];
}

function dependencyProblems(
  { name, dependsOn }: ContainerSettings,
  containers: ContainerSettings[],
): Problems {
  const of = name === containerName ? 'dependsOn' : `sidecars "${name}": dependsOn`;
  return dependsOn.flatMap(({ container, condition }) => {
    const other = containers.find((one) => one.name === container);
    return [
      other === undefined ? `${of}: there is no container "${container}"` : undefined,
      checkOneOf(`${of} "${container}": condition`, condition, conditions),
      condition === 'HEALTHY' && other !== undefined && other.healthCheck === undefined
        ? `${of} "${container}": HEALTHY needs a healthCheck there`
        : undefined,
      ['COMPLETE', 'SUCCESS'].includes(condition) && other?.essential
        ? `${of} "${container}": ${condition} needs essential: false there, or the task would end with it`
        : undefined,
    ];
  });
}

/** ECS would refuse containers that wait for each other. */
function checkCircle(containers: ContainerSettings[]): string | undefined {
  const waitsFor = (name: string, path: string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    const { dependsOn = [] } = containers.find((one) => one.name === name) ?? {};
    for (const { container } of dependsOn) {
      const circle = waitsFor(container, [...path, name]);
      if (circle !== undefined) return circle;
    }
    return undefined;
  };
  const circle = containers.map(({ name }) => waitsFor(name, [])).find((found) => found !== undefined);
  return circle && `dependsOn: containers wait for each other: ${circle.join(' → ')}`;
}

/** What is promised to sidecars must leave something for the service's own container. */
function checkShare(
  argument: string,
  containers: ContainerSettings[],
  shareOf: (container: ContainerSettings) => number | undefined,
  all: number,
): string | undefined {
  const sum = containers.reduce((total, container) => total + (shareOf(container) ?? 0), 0);
  return sum >= all ? `sidecars: their ${argument} is ${sum} together, and the task has ${all}` : undefined;
}

export function checkPath(label: string, path: string | undefined): string | undefined {
  return path === undefined || /^\/\S*$/.test(path)
    ? undefined
    : `${label} must begin with /, not be "${path}"`;
}
