import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { resourcePolicy } from '../iam.ts';
import { createAlarm } from './alarms.ts';
import type { MonitoredJobQueueArgs } from './args.ts';
import { messages } from './metrics.ts';
import type { Scope } from './scope.ts';

/** Seconds that a stuck job's event counts: Batch repeats none, and one that is gone should end the alarm. */
const retention = 3600;

/**
 * The alarm on stuck jobs. Batch has no metric for them, only an event: it goes to a queue, whose length is a metric.
 * Nothing reads the queue; events expire. What cannot be delivered counts too.
 */
export function createStuckJobAlarm(scope: Scope, jobQueues: MonitoredJobQueueArgs[]) {
  const blocked = createQueue(scope, 'stuck-jobs', retention);
  const undelivered = createQueue(scope, 'stuck-jobs-undelivered', 14 * 24 * 3600);
  const rule = new aws.cloudwatch.EventRule(
    `${scope.name}-stuck-jobs`,
    {
      description: 'Jobs that are stuck in RUNNABLE',
      eventPattern: pulumi.jsonStringify({
        source: ['aws.batch'],
        'detail-type': ['Batch Job Queue Blocked'],
        detail: { jobQueue: jobQueues.map(({ jobQueueArn }) => jobQueueArn) },
      }),
      tags: scope.tags,
    },
    scope.child,
  );
  const policies = Object.entries({ 'stuck-jobs': blocked, 'stuck-jobs-undelivered': undelivered }).map(
    ([role, queue]) => admit(scope, role, queue, rule),
  );
  new aws.cloudwatch.EventTarget(
    `${scope.name}-stuck-jobs`,
    {
      rule: rule.name,
      arn: blocked.arn,
      deadLetterConfig: { arn: undelivered.arn },
      retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: retention },
    },
    { ...scope.child, dependsOn: policies },
  );
  const queues = [blocked, undelivered].map((queue) => messages({ queueName: queue.name }));
  return createAlarm(scope, 'stuck-jobs', queues as [ReturnType<typeof messages>], {
    description: `Jobs of ${jobQueues.map(({ name }) => name).join(', ')} are stuck in RUNNABLE`,
    threshold: 0,
    minutes: 5,
    periods: 1,
    datapoints: 1,
  });
}

function createQueue(scope: Scope, role: string, messageRetentionSeconds: number): aws.sqs.Queue {
  return new aws.sqs.Queue(
    `${scope.name}-${role}`,
    { messageRetentionSeconds, sqsManagedSseEnabled: true, tags: scope.tags },
    scope.child,
  );
}

/** Lets the rule, and nothing else, send to the queue. */
function admit(scope: Scope, role: string, queue: aws.sqs.Queue, rule: aws.cloudwatch.EventRule) {
  return new aws.sqs.QueuePolicy(
    `${scope.name}-${role}-policy`,
    {
      queueUrl: queue.url,
      policy: resourcePolicy(
        [queue.arn],
        ['sqs:*'],
        [
          {
            service: 'events.amazonaws.com',
            actions: ['sqs:SendMessage'],
            resources: [queue.arn],
            conditions: { ArnEquals: { 'aws:SourceArn': rule.arn } },
          },
        ],
      ),
    },
    scope.child,
  );
}
