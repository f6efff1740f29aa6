import { type FargateImageArgs, imageDefaults, volumeName } from '../fargate-task/index.ts';
import type { FargateServiceArgs } from './args.ts';
import type { FargateHealthCheckArgs, FargateSidecarArgs } from './container-args.ts';
import { type ContainerHealthCheck, containerName, nodeHealthCommand } from './container-definition.ts';

export type ContainerSettings = ReturnType<typeof containerOf> & { image: FargateImageArgs; ports: number[] };

/** A directory that stays writable, and the volume behind it. */
export interface Mount {
  path: string;
  volume: string;
}

/** Where the agent of ECS Exec writes; AWS does not document it (https://github.com/aws/containers-roadmap/issues/1359). */
const agentPaths = ['/managed-agents', '/var/lib/amazon/ssm', '/var/log/amazon/ssm'];

/** All containers of a task, the service's own first. ECS's answer has an order too, so the others are sorted. */
export function containersOf(
  args: FargateServiceArgs,
  exposed: boolean,
  portsOf: (container: string) => number[],
): ContainerSettings[] {
  const isExec = args.enableExec ?? false;
  const app = {
    ...containerOf(args, isExec, args.writablePaths ?? ['/tmp'], ''),
    healthCheck: healthCheckOf(args.healthCheck ?? (exposed ? {} : undefined), args.port ?? 8080),
    image: imageDefaults(args.image),
    name: containerName,
    essential: true,
    ports: portsOf(containerName),
  };
  const sidecars = [...(args.sidecars ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    app,
    ...sidecars.map((sidecar) => ({
      ...containerOf(sidecar, isExec, sidecar.writablePaths ?? [], `${sidecar.name}-`),
      image: imageDefaults(sidecar.image),
      name: sidecar.name,
      essential: sidecar.essential ?? true,
      cpu: sidecar.cpu,
      memory: sidecar.memoryMiB,
      ports: portsOf(sidecar.name),
    })),
  ];
}

/** What the service's own container and a sidecar have in common. */
function containerOf(
  args: FargateServiceArgs | FargateSidecarArgs,
  isExec: boolean,
  writablePaths: string[],
  prefix: string,
) {
  const mount = (path: string, kind = ''): Mount => ({ path, volume: `${prefix}${kind}${volumeName(path)}` });
  return {
    name: '',
    command: args.command,
    user: args.user ?? '1000:1000',
    environment: args.environment ?? {},
    secrets: args.secrets ?? {},
    mounts: [
      ...writablePaths.map((path) => mount(path)),
      ...(isExec ? agentPaths.map((path) => mount(path, 'exec-')) : []),
    ],
    healthCheck: healthCheckOf(args.healthCheck, 0),
    stopTimeoutSeconds: args.stopTimeoutSeconds ?? 30,
    essential: true,
    dependsOn: [...(args.dependsOn ?? [])].sort((a, b) => (a.container < b.container ? -1 : 1)),
    cpu: undefined as number | undefined,
    memory: undefined as number | undefined,
  };
}

function healthCheckOf(
  args: FargateHealthCheckArgs | undefined,
  port: number,
): ContainerHealthCheck | undefined {
  if (args === undefined || args.disabled === true) return undefined;
  const timeout = args.timeoutSeconds ?? 5;
  return {
    command:
      args.command === undefined
        ? nodeHealthCommand(port, args.path ?? '/livez', timeout)
        : ['CMD', ...args.command],
    interval: args.intervalSeconds ?? 10,
    timeout,
    retries: args.retries ?? 3,
    startPeriod: args.startPeriodSeconds ?? 30,
  };
}
