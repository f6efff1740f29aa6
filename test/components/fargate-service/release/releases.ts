import type { Service, ServiceDeployment, ServiceEvent, ServiceRevision, Task } from '@aws-sdk/client-ecs';
import type { World } from './ecs.ts';

/**
 * Releases as ECS tells of them, each one that fails in its own way. Fields and statuses are those of ECS's API reference
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html), reasons of stopped tasks those of
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html and events those of
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html. The reference gives no
 * example of a `statusReason`; those here follow its description.
 */
const account = 'arn:aws:ecs:eu-central-1:123456789012';
const began = new Date('2026-11-30T10:00:00Z');
const ended = new Date('2026-11-30T10:09:00Z');
export const cluster = `${account}:cluster/shop`;
export const serviceArn = `${account}:service/shop/api`;
export const earlier = `${account}:task-definition/shop:6`;
export const requested = `${account}:task-definition/shop:7`;
const revisions = {
  earlier: `${account}:service-revision/shop/api/11`,
  requested: `${account}:service-revision/shop/api/12`,
};
const arn = `${account}:service-deployment/shop/api/d-12`;

export const release = { cluster, service: 'api', taskDefinition: requested };

export interface Release {
  deployment?: Partial<ServiceDeployment>;
  tasks?: Task[];
  events?: ServiceEvent[];
  service?: Partial<Service>;
  /** The task definition of the revision that is released. */
  released?: string;
}

/** ECS with one release. */
export function worldOf({
  deployment,
  tasks = [],
  events = [],
  service,
  released = requested,
}: Release): World {
  const whole = deploymentOf(deployment);
  const known: ServiceRevision[] = [
    { serviceRevisionArn: revisions.earlier, taskDefinition: earlier },
    { serviceRevisionArn: revisions.requested, taskDefinition: released },
  ];
  return {
    DescribeServices: {
      services: [
        { serviceArn, serviceName: 'api', status: 'ACTIVE', taskDefinition: earlier, events, ...service },
      ],
    },
    ListServiceDeployments: {
      serviceDeployments: [brief(whole), { serviceDeploymentArn: `${arn}-before`, createdAt: new Date(0) }],
    },
    DescribeServiceDeployments: { serviceDeployments: [whole] },
    DescribeServiceRevisions: { serviceRevisions: known },
    ListTasks: { taskArns: tasks.map(({ taskArn = '' }) => taskArn) },
    DescribeTasks: { tasks },
  };
}

export function brief({ serviceDeploymentArn, createdAt, status }: ServiceDeployment) {
  return { serviceDeploymentArn, createdAt, status };
}

/** A deployment of the requested revision, successful unless it is said otherwise. */
export function deploymentOf(fields: Partial<ServiceDeployment> = {}): ServiceDeployment {
  return {
    serviceDeploymentArn: arn,
    serviceArn,
    clusterArn: cluster,
    createdAt: began,
    startedAt: began,
    status: 'SUCCESSFUL',
    targetServiceRevision: { arn: revisions.requested, requestedTaskCount: 3, runningTaskCount: 3 },
    deploymentCircuitBreaker: { status: 'MONITORING_COMPLETE', failureCount: 0, threshold: 3 },
    alarms: { status: 'MONITORING_COMPLETE', alarmNames: ['api-errors'] },
    ...fields,
  };
}

/** What a rollback adds. */
function rolledBack(reason: string): Partial<ServiceDeployment> {
  return {
    status: 'ROLLBACK_SUCCESSFUL',
    statusReason: reason,
    finishedAt: ended,
    rollback: { reason, startedAt: ended, serviceRevisionArn: revisions.earlier },
    targetServiceRevision: { arn: revisions.requested, requestedTaskCount: 0, runningTaskCount: 0 },
  };
}

const brokenCircuit: Partial<ServiceDeployment> = {
  ...rolledBack('Service deployment rolled back because the circuit breaker threshold was exceeded.'),
  deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
};

/** A task of the failed release that stopped. */
function stopped(number: number, fields: Partial<Task>): Task {
  return {
    taskArn: `${account}:task/shop/${number}`,
    startedBy: 'ecs-svc/12',
    stoppedAt: new Date(began.getTime() + number * 1000),
    lastStatus: 'STOPPED',
    taskDefinitionArn: requested,
    ...fields,
  };
}

const group = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/api/0123456789abcdef';

/** Six ways to fail, with the one line that `up` ends with (without what to do). */
export const failures: Record<string, { release: Release; line: string }> = {
  image: {
    release: {
      deployment: brokenCircuit,
      tasks: [1, 2, 3].map((number) =>
        stopped(number, {
          stopCode: 'TaskFailedToStart',
          stoppedReason:
            'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref shop:7: not found',
        }),
      ),
    },
    line:
      'release failed: service "api" was rolled back to shop:6: 3 tasks failed, and the circuit breaker allows 3; ' +
      'Service deployment rolled back because the circuit breaker threshold was exceeded; ' +
      '3 tasks: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref shop:7: not found',
  },
  health: {
    release: {
      deployment: brokenCircuit,
      tasks: [
        stopped(3, {
          stopCode: 'ServiceSchedulerInitiated',
          stoppedReason: `Task failed ELB health checks in (target-group ${group})`,
        }),
        stopped(2, {
          stopCode: 'EssentialContainerExited',
          stoppedReason: 'Essential container in task exited',
          containers: [
            { name: 'app', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
          ],
        }),
        stopped(1, {
          stopCode: 'ServiceSchedulerInitiated',
          stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/12)',
        }),
        { ...stopped(9, { stoppedReason: 'Task failed container health checks' }), startedBy: 'ecs-svc/11' },
      ],
    },
    line:
      'release failed: service "api" was rolled back to shop:6: 3 tasks failed, and the circuit breaker allows 3; ' +
      'Service deployment rolled back because the circuit breaker threshold was exceeded; ' +
      `1 task: Task failed ELB health checks in (target-group ${group}); ` +
      '1 task: Essential container in task exited, container app exited with 137, ' +
      'app: OutOfMemoryError: Container killed due to memory usage',
  },
  alarm: {
    release: {
      deployment: {
        ...rolledBack('Service deployment rolled back because an alarm went into ALARM.'),
        alarms: {
          status: 'TRIGGERED',
          alarmNames: ['api-errors', 'slow'],
          triggeredAlarmNames: ['api-errors'],
        },
      },
    },
    line:
      'release failed: service "api" was rolled back to shop:6: the alarm "api-errors" went off; ' +
      'Service deployment rolled back because an alarm went into ALARM',
  },
  // No task is started, so the service's events are all there is.
  capacity: {
    release: {
      deployment: brokenCircuit,
      events: [
        {
          id: '2',
          createdAt: ended,
          message:
            '(service api) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again ' +
            'later or in a different availability zone. For more information, see the Troubleshooting section.',
        },
        { id: '1', createdAt: began, message: '(service api) has begun draining connections on 1 tasks.' },
        { id: '0', createdAt: new Date(0), message: '(service api) was unable to place a task long ago.' },
      ],
    },
    line:
      'release failed: service "api" was rolled back to shop:6: 3 tasks failed, and the circuit breaker allows 3; ' +
      'Service deployment rolled back because the circuit breaker threshold was exceeded; (service api) was unable to ' +
      'place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different ' +
      'availability zone. For more information, see the Troubleshooting section',
  },
  // The task definition is the same before and after: only the deployment tells.
  subnets: {
    release: {
      deployment: brokenCircuit,
      service: { taskDefinition: requested },
      tasks: [
        stopped(1, {
          stopCode: 'TaskFailedToStart',
          stoppedReason:
            'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve ecr registry auth: ' +
            'There is a connection issue between the task and Amazon ECR. Check your task network configuration.',
        }),
      ],
    },
    line:
      'release failed: service "api" was rolled back to shop:6: 3 tasks failed, and the circuit breaker allows 3; ' +
      'Service deployment rolled back because the circuit breaker threshold was exceeded; 1 task: ' +
      'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve ecr registry auth: There ' +
      'is a connection issue between the task and Amazon ECR. Check your task network configuration',
  },
  timeout: {
    release: {
      deployment: {
        status: 'IN_PROGRESS',
        lifecycleStage: 'SCALE_UP',
        targetServiceRevision: { arn: revisions.requested, requestedTaskCount: 3, runningTaskCount: 1 },
      },
    },
    line:
      'release failed: service "api" has not ended its deployment within 0 minutes ' +
      '(IN_PROGRESS (SCALE_UP), 1 of 3 new tasks run)',
  },
};
