import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { FargateService } from '../fargate-service/index.ts';
import type { PolicyStatement } from '../iam.ts';
import { consumeStatements } from '../queue/index.ts';
import { assertValid } from '../validation.ts';
import { createAlarms } from './alarms.ts';
import type { QueueWorkerArgs } from './args.ts';
import { withDefaults } from './defaults.ts';
import { keepActive } from './keep-active.ts';
import { createPolicies } from './policies.ts';
import type { Scope } from './scope.ts';
import { problems } from './validate.ts';

/**
 * Containers on Fargate that take messages from a queue: as many as it takes to be done with each message in time, none
 * while there is none.
 *
 * ```ts
 * const orders = new Queue('orders', { visibilityTimeoutSeconds: 60 });
 * const worker = new QueueWorker('worker', {
 *   queue: orders.reference,
 *   acceptableLatencySeconds: 600,
 *   secondsPerMessage: 2,
 *   placement: network.placement,
 *   image: image.reference,
 * });
 * ```
 *
 * **The container** is told the queue by `QUEUE_URL` and `QUEUE_VISIBILITY_TIMEOUT_SECONDS`, and how long it has after SIGTERM
 * by `QUEUE_STOP_TIMEOUT_SECONDS`. `work` of `trellis-components/worker` does what it has to do: take messages, ask for more
 * time, protect the task while work takes long, delete what is done, and give back what is not done when it is stopped. A message can come twice, so its effect must be idempotent. After the queue's `maxReceives` it goes to
 * the dead-letter queue.
 *
 * **Costs** at rest, with `minTasks` 0, 0.50 USD a month for what the two alarms of the scaling watch, and 0.30 for those of
 * `alarmActionArns`. A task of ¼ ARM vCPU and ½ GB costs 0.0099 USD an hour, on Spot about a third of it.
 *
 * **Open to** nothing: no connection reaches the tasks.
 *
 * Children: `<name>` (a `FargateService`, with children of its own), `<name>-scale-out` and `<name>-scale-in`
 * (aws:appautoscaling/policy:Policy), `<name>-backlog`, `<name>-spare` and with `alarmActionArns` `<name>-late` and
 * `<name>-takes-none` (aws:cloudwatch/metricAlarm:MetricAlarm), `<name>-keep-active` (aws:scheduler/schedule:Schedule, a
 * role and its policy), for `transforms`.
 *
 * @throws an error that lists every problem of the arguments
 */
export class QueueWorker extends pulumi.ComponentResource {
  readonly clusterName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  readonly taskRole: aws.iam.Role;
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly taskSecurityGroup: aws.ec2.SecurityGroup;

  constructor(name: string, args: QueueWorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = withDefaults(args);
    assertValid('QueueWorker', name, problems(name, args, settings));
    super('trellis:index:QueueWorker', name, {}, opts);
    const scope: Scope = { name, settings, child: { parent: this } };

    const service = createService(scope);
    service.grantTaskRole('messages', messageStatements(scope, service));
    createPolicies(scope, service);
    createAlarms(scope);
    if (settings.minTasks === 0) keepActive(scope);

    this.clusterName = service.clusterName;
    this.serviceName = service.serviceName;
    this.taskRole = service.taskRole;
    this.logGroup = service.logGroup;
    this.taskSecurityGroup = service.taskSecurityGroup;
    this.registerOutputs({ clusterName: this.clusterName, serviceName: this.serviceName });
  }
}

function createService({ name, settings, child }: Scope): FargateService {
  const { queue, minTasks, maxTasks } = settings;
  return new FargateService(
    name,
    {
      placement: settings.placement,
      image: settings.image,
      size: settings.size,
      command: settings.command,
      user: settings.user,
      environment: {
        ...settings.environment,
        QUEUE_URL: queue.queueUrl,
        QUEUE_VISIBILITY_TIMEOUT_SECONDS: String(queue.visibilityTimeoutSeconds),
        QUEUE_STOP_TIMEOUT_SECONDS: String(settings.stopTimeoutSeconds),
      },
      secrets: settings.secrets,
      secretKeyArns: settings.secretKeyArns,
      permissions: settings.permissions,
      stopTimeoutSeconds: settings.stopTimeoutSeconds,
      clusterArn: settings.clusterArn,
      capacity: settings.capacity,
      scaling: { min: minTasks, max: maxTasks, external: true },
      logRetentionDays: settings.logRetentionDays,
      logKeyArn: settings.logKeyArn,
      tags: settings.tags,
    },
    child,
  );
}

/** Takes messages, and protects the task that works on one. */
function messageStatements({ settings }: Scope, service: FargateService): PolicyStatement[] {
  return [
    ...consumeStatements(settings.queue),
    {
      sid: 'ProtectTasks',
      actions: ['ecs:GetTaskProtection', 'ecs:UpdateTaskProtection'],
      resources: [service.clusterArn.apply((arn) => `${arn.replace(':cluster/', ':task/')}/*`)],
    },
  ];
}
