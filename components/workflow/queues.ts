import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { type ResourceStatement, resourcePolicy } from '../iam.ts';
import type { Scope } from './scope.ts';

/** Two weeks, the longest that SQS keeps a message. */
const longestRetention = 1_209_600;

/** A queue in which messages wait until an operator has dealt with them. */
export function createQueue(
  { name, tags, child }: Scope,
  role: string,
  messageRetentionSeconds = longestRetention,
): aws.sqs.Queue {
  return new aws.sqs.Queue(
    `${name}-${role}`,
    { messageRetentionSeconds, sqsManagedSseEnabled: true, tags },
    child,
  );
}

/** The queue's policy: it refuses plaintext, and lets EventBridge send messages on behalf of these rules. */
export function admit(
  { name, child }: Scope,
  role: string,
  queue: aws.sqs.Queue,
  rules?: pulumi.Input<string> | pulumi.Input<string>[],
): void {
  const deliver = (from: NonNullable<typeof rules>): ResourceStatement => ({
    service: 'events.amazonaws.com',
    actions: ['sqs:SendMessage'],
    resources: [queue.arn],
    conditions: { ArnEquals: { 'aws:SourceArn': from } },
  });
  new aws.sqs.QueuePolicy(
    `${name}-${role}`,
    {
      queueUrl: queue.url,
      policy: resourcePolicy([queue.arn], ['sqs:*'], rules === undefined ? [] : [deliver(rules)]),
    },
    child,
  );
}
