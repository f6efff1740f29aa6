import * as aws from '@pulumi/aws';
import { admit, createAlarm, createQueue, createRule, messagesIn } from '../workflow/index.ts';
import type { Scope } from './defaults.ts';

/**
 * The alarm on a job that blocks the queue. Batch has no metric for it but an event; events are kept in a queue for
 * an hour, and the alarm is on while that holds any. There is none without `alarmActionArns`.
 */
export function createBlockedAlarm(
  scope: Scope,
  queue: aws.batch.JobQueue,
): aws.cloudwatch.MetricAlarm | undefined {
  const { name, child, settings } = scope;
  if (settings.alarmActionArns.length === 0) return undefined;
  const latch = createQueue(scope, 'blocked', 3600);
  const rule = createRule(scope, 'blocked', `A job blocks the queue of ${name}`, {
    source: ['aws.batch'],
    'detail-type': ['Batch Job Queue Blocked'],
    resources: [queue.arn],
  });
  admit(scope, 'blocked', latch, rule.arn);
  new aws.cloudwatch.EventTarget(
    `${name}-blocked`,
    {
      rule: rule.name,
      arn: latch.arn,
      retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 },
    },
    child,
  );
  return createAlarm(scope, 'blocked', settings.alarmActionArns, {
    alarmDescription:
      `A job blocks the queue of ${name}: it waits for capacity, or for more than maxVcpus. After ` +
      `${settings.stuckSeconds} s it is cancelled`,
    ...messagesIn(latch),
  });
}
