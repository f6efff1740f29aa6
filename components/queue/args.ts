import type * as pulumi from '@pulumi/pulumi';

/** A queue of messages. */
export interface QueueArgs {
  /** Seconds for which a received message is hidden from other consumers, 0–43200; more than the work on one takes.
   * @default 30, SQS's own */
  visibilityTimeoutSeconds?: number;
  /** Seconds that a message is kept, 60–1209600. @default 345600 (four days), SQS's own; two weeks without
   * `deadLetterQueue` */
  retentionSeconds?: number;
  /** Seconds until a new message can be received, 0–900. @default 0 */
  delaySeconds?: number;
  /** Seconds that a request for messages waits until there is one, 0–20. Each request is charged, also one that finds
   * nothing. @default 20; SQS's own 0 without `deadLetterQueue` */
  receiveWaitSeconds?: number;
  /** Whether a message that could not be processed goes to a dead-letter queue, where it waits for two weeks. `false` for a
   * queue that is one itself: it keeps its messages for two weeks, and has an alarm while it holds one. @default true */
  deadLetterQueue?: boolean;
  /** Times that a message is received until it goes to the dead-letter queue, 1–1000. @default 3 */
  maxReceives?: number;
  /** Keep the order of the messages of each group, and deliver each of them once: a FIFO queue. It cannot be changed later:
   * another queue would take its place. @default false */
  fifo?: boolean;
  /** Take two messages of the same body within five minutes for one; only with `fifo`. @default false: each message brings
   * an id */
  contentBasedDeduplication?: boolean;
  /** Services of AWS that may send messages. @default none */
  services?: QueueServiceArgs[];
  /** ARN of a customer key that encrypts the messages; its policy must admit the `services`. SQS charges for its use.
   * @default a key of SQS's own, which is free */
  keyArn?: pulumi.Input<string>;
  /** Seconds that the oldest message may wait until the alarm is on, 1 or more. @default 900 */
  maxAgeSeconds?: number;
  /** ARNs of the SNS topics that are notified when messages wait too long, or could not be processed. @default none, and no
   * alarms, which would cost 0.20 USD a month */
  alarmActionArns?: pulumi.Input<string>[];
  tags?: { [name: string]: pulumi.Input<string> };
}

/** A service of AWS that may send messages, and for which of its resources. */
export interface QueueServiceArgs {
  /** For example `events.amazonaws.com`. */
  service: string;
  /** ARNs of the resources for which it may send: rules, topics or buckets. */
  sourceArns: pulumi.Input<pulumi.Input<string>[]>;
}

/** A queue for a component that takes messages from it. */
export interface QueueReferenceArgs {
  queueArn: pulumi.Input<string>;
  queueUrl: pulumi.Input<string>;
  queueName: pulumi.Input<string>;
  /** Seconds for which a received message is hidden from other consumers. */
  visibilityTimeoutSeconds: number;
  /** The customer key that encrypts the messages. @default a key of SQS's own */
  keyArn?: pulumi.Input<string>;
}

/** What a `Queue` offers as `reference`. */
export interface QueueReference {
  queueArn: pulumi.Output<string>;
  queueUrl: pulumi.Output<string>;
  queueName: pulumi.Output<string>;
  /** Seconds for which a received message is hidden from other consumers. */
  visibilityTimeoutSeconds: number;
  /** The customer key that encrypts the messages, if any. */
  keyArn?: pulumi.Output<string>;
}
