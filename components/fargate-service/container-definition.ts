import { byName, canonicalJson, volumeName } from '../fargate-task/index.ts';

/** What a container definition is made of once every output is known. */
export interface ContainerParts {
  image: string;
  command: string[] | undefined;
  user: string;
  /** None for a worker, to which nothing connects. */
  port: number | undefined;
  environment: Record<string, string>;
  /** Environment variable → ARN of the secret. */
  secrets: Record<string, string>;
  writablePaths: string[];
  healthCheck: ContainerHealthCheck | undefined;
  stopTimeoutSeconds: number;
  log: { group: string; region: string; prefix: string };
}

/** As ECS has it, all times in seconds. */
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
 * The container definitions as canonical JSON: keys and lists in a fixed order, and what AWS would fill in written
 * out. ECS answers with its defaults filled in; were they left out here, each preview would see a difference and
 * replace the task definition.
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
        // Process 1 would otherwise be the command: it gets no default signal handling and reaps no children.
        initProcessEnabled: true,
      },
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': parts.log.group,
          'awslogs-region': parts.log.region,
          'awslogs-stream-prefix': parts.log.prefix,
          // Rather lose log lines than stop answering while CloudWatch is slow.
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
      portMappings:
        parts.port === undefined
          ? []
          : [{ containerPort: parts.port, hostPort: parts.port, protocol: 'tcp' }],
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

/** Asks the service by Node, which the image has anyway: curl would be one more program to patch. */
export function nodeHealthCommand(port: number, path: string, timeoutSeconds: number): string[] {
  const request = JSON.stringify({ host: '127.0.0.1', port, path, timeout: timeoutSeconds * 1000 });
  const script =
    `require('node:http').get(${request},({statusCode:s})=>process.exit(s>=200&&s<400?0:1))` +
    ".on('timeout',()=>process.exit(1)).on('error',()=>process.exit(1))";
  return ['CMD', 'node', '-e', script];
}
