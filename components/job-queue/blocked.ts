import * as aws from '@pulumi/aws';
import { createAlarm, createQueue, createRule, messagesIn } from '../workflow/index.ts';
import type { Scope } from './defaults.ts';

/**
 * The alarm on a job that blocks the queue; undefined without `alarmActionArns`. Batch has no metric for it but sends an
 * event. A queue keeps these events for an hour, and the alarm is on while it holds one.
 */
export function createBlockedAlarm(
  scope: Scope,
  queues: aws.batch.JobQueue[],
): aws.cloudwatch.MetricAlarm | undefined {
  const { name, child, settings } = scope;
  if (settings.alarmActionArns.length === 0) return undefined;
  const rule = createRule(scope, 'blocked', `A job blocks the queue of ${name}`, {
    source: ['aws.batch'],
    'detail-type': ['Batch Job Queue Blocked'],
    resources: queues.map(({ arn }) => arn),
  });
  const events = createQueue(scope, 'blocked', { retentionSeconds: 3600, rules: [rule.arn] });
  new aws.cloudwatch.EventTarget(
    `${name}-blocked`,
    {
      rule: rule.name,
      arn: events.arn,
      retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 },
    },
    child,
  );
  return createAlarm(scope, 'blocked', settings.alarmActionArns, {
    alarmDescription:
      `A job blocks the queue of ${name}: AWS has no capacity for it, or it needs more than maxVcpus. It is ` +
      `cancelled after ${settings.stuckSeconds} s${settings.onDemandFallback ? ' on Spot, and may run on demand' : ''}`,
    ...messagesIn(events),
  });
}
