import { byName, canonicalJson } from '../fargate-task/index.ts';

/** The values of a container definition that are settings or outputs of other resources, once they are known. */
export interface ContainerParts {
  name: string;
  image: string;
  command: string[] | undefined;
  user: string;
  /** Ports at which something connects; none for a worker. */
  ports: number[];
  environment: Record<string, string>;
  /** Environment variable → ARN of the secret. */
  secrets: Record<string, string>;
  mounts: { path: string; volume: string }[];
  healthCheck: ContainerHealthCheck | undefined;
  stopTimeoutSeconds: number;
  /** Whether the task ends with it. */
  essential: boolean;
  dependsOn: { container: string; condition: string }[];
  /** CPU units. */
  cpu: number | undefined;
  /** MiB. */
  memory: number | undefined;
  log: { group: string; region: string; prefix: string };
}

/** A health check in ECS's own terms; times in seconds. */
export interface ContainerHealthCheck {
  command: string[];
  interval: number;
  timeout: number;
  retries: number;
  startPeriod: number;
}

/** The name of the service's own container in the task; target group and Cloud Map refer to it. */
export const containerName = 'app';

/**
 * The container definitions as canonical JSON: keys and lists in a fixed order, and AWS's defaults written out. ECS
 * answers with its defaults filled in. If they were left out here, each preview would show a difference and replace the
 * task definition.
 */
export function containerDefinitions(containers: ContainerParts[]): string {
  return canonicalJson(containers.map(containerDefinition));
}

function containerDefinition(parts: ContainerParts) {
  return {
    command: parts.command,
    cpu: parts.cpu ?? 0,
    dependsOn:
      parts.dependsOn.length === 0
        ? undefined
        : parts.dependsOn.map(({ container, condition }) => ({ condition, containerName: container })),
    environment: byName(parts.environment).map(([name, value]) => ({ name, value })),
    essential: parts.essential,
    healthCheck: parts.healthCheck,
    image: parts.image,
    linuxParameters: {
      capabilities: { drop: ['ALL'] },
      // Otherwise the command would be process 1, which has no default signal handling and reaps no children.
      initProcessEnabled: true,
    },
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': parts.log.group,
        'awslogs-region': parts.log.region,
        'awslogs-stream-prefix': parts.log.prefix,
        // While CloudWatch is slow the service loses log lines; in blocking mode it would stop answering.
        mode: 'non-blocking',
        'max-buffer-size': '25m',
      },
    },
    memory: parts.memory,
    mountPoints: parts.mounts.map(({ path, volume }) => ({
      containerPath: path,
      readOnly: false,
      sourceVolume: volume,
    })),
    name: parts.name,
    portMappings: parts.ports.map((port) => ({ containerPort: port, hostPort: port, protocol: 'tcp' })),
    readonlyRootFilesystem: true,
    secrets:
      Object.keys(parts.secrets).length === 0
        ? undefined
        : byName(parts.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    stopTimeout: parts.stopTimeoutSeconds,
    systemControls: [],
    user: parts.user,
    volumesFrom: [],
  };
}

/** Requests the path with Node, which the image has anyway; curl would be one more program to patch. */
export function nodeHealthCommand(port: number, path: string, timeoutSeconds: number): string[] {
  const request = JSON.stringify({ host: '127.0.0.1', port, path, timeout: timeoutSeconds * 1000 });
  const script =
    `require('node:http').get(${request},({statusCode:s})=>process.exit(s>=200&&s<400?0:1))` +
    ".on('timeout',()=>process.exit(1)).on('error',()=>process.exit(1))";
  return ['CMD', 'node', '-e', script];
}
