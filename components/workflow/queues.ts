import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { tookFrom } from '../moved.ts';
import { Queue } from '../queue/index.ts';
import type { Scope } from './scope.ts';

interface Options {
  /** @default two weeks, the longest that SQS keeps a message */
  retentionSeconds?: number;
  /** ARNs of the rules whose events EventBridge may send to it. @default none */
  rules?: pulumi.Input<pulumi.Input<string>[]>;
  /** The role that the queue had as a name once. */
  formerRole?: string;
}

/** A queue in which messages wait until an operator has dealt with them. */
export function createQueue(
  { name, tags, keyArn, child }: Scope,
  role: string,
  { retentionSeconds, rules, formerRole }: Options = {},
): aws.sqs.Queue {
  const { queue } = new Queue(
    `${name}-${role}`,
    {
      deadLetterQueue: false,
      ...(retentionSeconds === undefined ? {} : { retentionSeconds }),
      services: rules === undefined ? [] : [{ service: 'events.amazonaws.com', sourceArns: rules }],
      ...(keyArn === undefined ? {} : { keyArn }),
      tags,
    },
    tookFrom(child.parent, () => (formerRole === undefined ? [] : [`${name}-${formerRole}`])),
  );
  return queue;
}
