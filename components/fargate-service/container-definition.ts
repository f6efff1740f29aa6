import { byName, canonicalJson, volumeName } from '../fargate-task/index.ts';

/** The values of a container definition that are settings or outputs of other resources, once they are known. */
export interface ContainerParts {
  image: string;
  command: string[] | undefined;
  user: string;
  /** Ports at which something connects; none for a worker. */
  ports: number[];
  environment: Record<string, string>;
  /** Environment variable → ARN of the secret. */
  secrets: Record<string, string>;
  writablePaths: string[];
  healthCheck: ContainerHealthCheck | undefined;
  stopTimeoutSeconds: number;
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

/** The container's name in the task; target group and Cloud Map refer to it. */
export const containerName = 'app';

/**
 * The container definitions as canonical JSON: keys and lists in a fixed order, and AWS's defaults written out. ECS
 * answers with its defaults filled in. If they were left out here, each preview would show a difference and replace the
 * task definition.
 */
export function containerDefinitions(parts: ContainerParts): string {
  return canonicalJson([
    {
      command: parts.command,
      cpu: 0,
      environment: byName(parts.environment).map(([name, value]) => ({ name, value })),
      essential: true,
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
      mountPoints: parts.writablePaths.map((containerPath) => ({
        containerPath,
        readOnly: false,
        sourceVolume: volumeName(containerPath),
      })),
      name: containerName,
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
    },
  ]);
}

/** Requests the path with Node, which the image has anyway; curl would be one more program to patch. */
export function nodeHealthCommand(port: number, path: string, timeoutSeconds: number): string[] {
  const request = JSON.stringify({ host: '127.0.0.1', port, path, timeout: timeoutSeconds * 1000 });
  const script =
    `require('node:http').get(${request},({statusCode:s})=>process.exit(s>=200&&s<400?0:1))` +
    ".on('timeout',()=>process.exit(1)).on('error',()=>process.exit(1))";
  return ['CMD', 'node', '-e', script];
}
