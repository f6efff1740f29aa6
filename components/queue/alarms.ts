import type * as aws from '@pulumi/aws';
import { createAlarm } from '../alarm.ts';
import type { Scope } from './scope.ts';

/** The number of messages in a queue. SQS reports it for as long as the queue holds one. */
export function messagesIn(queue: aws.sqs.Queue) {
  return {
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: queue.name },
    statistic: 'Maximum',
    period: 300,
  };
}

/**
 * The alarm on a dead-letter queue that holds a message; undefined without `alarmActionArns`.
 *
 * @param role undefined where the component itself is the dead-letter queue
 */
export function createHeldAlarm(scope: Scope, role: 'dead-letters' | undefined, queue: aws.sqs.Queue) {
  if (scope.alarmActionArns.length === 0) return undefined;
  const name = role === undefined ? scope.name : `${scope.name}-${role}`;
  return createAlarm(scope, role, scope.alarmActionArns, {
    alarmDescription: `The dead-letter queue ${name} holds messages that could not be processed`,
    ...messagesIn(queue),
  });
}

/** The alarm on messages that wait for too long, since their consumers are too few or have failed; undefined without
 * `alarmActionArns`. */
export function createAgeAlarm(scope: Scope, maxAgeSeconds: number, queue: aws.sqs.Queue) {
  if (scope.alarmActionArns.length === 0) return undefined;
  return createAlarm(scope, 'backlog', scope.alarmActionArns, {
    alarmDescription: `The oldest message of ${scope.name} has waited longer than ${maxAgeSeconds} s`,
    threshold: maxAgeSeconds,
    ...messagesIn(queue),
    metricName: 'ApproximateAgeOfOldestMessage',
  });
}
