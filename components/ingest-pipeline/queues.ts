import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { type ResourceStatement, resourcePolicy } from '../iam.ts';
import type { Place } from './defaults.ts';

/** Two weeks, the longest that SQS keeps a message. */
const retentionSeconds = 1_209_600;

/** A queue in which messages wait for somebody to deal with them. */
export function createQueue({ name, tags, child }: Place, role: string): aws.sqs.Queue {
  return new aws.sqs.Queue(
    `${name}-${role}`,
    { messageRetentionSeconds: retentionSeconds, sqsManagedSseEnabled: true, tags },
    child,
  );
}

/** Refuses plaintext, and lets EventBridge leave what it could not deliver for these rules. */
export function admit(
  { name, child }: Place,
  role: string,
  queue: aws.sqs.Queue,
  rules: pulumi.Input<string>[] = [],
): void {
  const statements: ResourceStatement[] = [
    {
      service: 'events.amazonaws.com',
      actions: ['sqs:SendMessage'],
      resources: [queue.arn],
      conditions: { ArnEquals: { 'aws:SourceArn': rules } },
    },
  ];
  new aws.sqs.QueuePolicy(
    `${name}-${role}`,
    {
      queueUrl: queue.url,
      policy: resourcePolicy([queue.arn], ['sqs:*'], rules.length === 0 ? [] : statements),
    },
    child,
  );
}
