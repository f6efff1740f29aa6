import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Grantee, grantTo } from '../grants.ts';
import { type PolicyStatement, policyDocument, resourcePolicy } from '../iam.ts';
import { assertValid } from '../validation.ts';
import { createAgeAlarm, createHeldAlarm } from './alarms.ts';
import type { QueueArgs, QueueReference, QueueServiceArgs } from './args.ts';
import { consumeStatements, sendStatements } from './permissions.ts';
import type { Scope } from './scope.ts';
import { problems } from './validate.ts';

/**
 * An SQS queue, with a dead-letter queue for messages that could not be processed. Both are encrypted and reached over TLS
 * only.
 *
 * ```ts
 * const orders = new Queue('orders', { visibilityTimeoutSeconds: 120, alarmActionArns: [topic.topicArn] });
 * orders.grantSend('api', api.taskRole);
 * orders.grantConsume('worker', worker.taskRole);
 * ```
 *
 * **Costs** nothing at rest; with `alarmActionArns` 0.20 USD a month. A million requests 0.40 USD (FIFO 0.50), the first
 * million of a month free. A consumer that always asks makes 131,000 requests a month with `receiveWaitSeconds` of 20.
 *
 * **Open to** the principals of the account that IAM permits, and to `services`.
 *
 * Children: `<name>` (aws:sqs/queue:Queue and aws:sqs/queuePolicy:QueuePolicy) and `<name>-dead-letters` (the same of the
 * dead-letter queue); with alarms `<name>-backlog` and `<name>-dead-letters` (aws:cloudwatch/metricAlarm:MetricAlarm), without
 * `deadLetterQueue` `<name>`; for each grant `<name>-<grantee>-send` or `-consume` (aws:iam/rolePolicy:RolePolicy).
 *
 * @throws an error that lists every problem of the arguments
 */
export class Queue extends pulumi.ComponentResource {
  readonly queueUrl: pulumi.Output<string>;
  readonly queueArn: pulumi.Output<string>;
  readonly queueName: pulumi.Output<string>;
  /** The queue, for a `QueueWorker`. */
  readonly reference: QueueReference;
  /** Undefined without a dead-letter queue. */
  readonly deadLetterQueueUrl: pulumi.Output<string> | undefined;
  readonly deadLetterQueueArn: pulumi.Output<string> | undefined;
  readonly deadLetterQueueName: pulumi.Output<string> | undefined;
  readonly queue: aws.sqs.Queue;
  readonly deadLetterQueue: aws.sqs.Queue | undefined;
  /** The alarm on messages that wait too long; undefined without `alarmActionArns`. */
  readonly backlogAlarm: aws.cloudwatch.MetricAlarm | undefined;
  /** The alarm on messages that could not be processed. */
  readonly deadLettersAlarm: aws.cloudwatch.MetricAlarm | undefined;
  /** The policy that `grantSend` gives, as JSON. */
  readonly sendPolicyJson: pulumi.Output<string>;
  /** The policy that `grantConsume` gives, as JSON. */
  readonly consumePolicyJson: pulumi.Output<string>;

  constructor(name: string, args: QueueArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    assertValid('Queue', name, problems(name, args));
    super('trellis:index:Queue', name, {}, opts);
    const { keyArn, alarmActionArns = [], tags, deadLetterQueue = true } = args;
    const scope: Scope = { name, keyArn, alarmActionArns, tags, child: { parent: this } };
    const deadLetters = deadLetterQueue ? createDeadLetters(scope, args) : undefined;
    const queue = createQueue(scope, args, deadLetters);
    createPolicy(scope, name, queue, args.services ?? []);
    if (deadLetters === undefined) {
      this.deadLettersAlarm = createHeldAlarm(scope, undefined, queue);
    } else {
      this.backlogAlarm = createAgeAlarm(scope, args.maxAgeSeconds ?? 900, queue);
      this.deadLettersAlarm = createHeldAlarm(scope, 'dead-letters', deadLetters);
    }

    hidden.set(this, { name, keyArn });
    this.queue = queue;
    this.queueUrl = queue.url;
    this.queueArn = queue.arn;
    this.queueName = queue.name;
    this.reference = {
      queueArn: queue.arn,
      queueUrl: queue.url,
      queueName: queue.name,
      visibilityTimeoutSeconds: args.visibilityTimeoutSeconds ?? 30,
      ...(keyArn === undefined ? {} : { keyArn: pulumi.output(keyArn) }),
    };
    this.deadLetterQueue = deadLetters;
    this.deadLetterQueueUrl = deadLetters?.url;
    this.deadLetterQueueArn = deadLetters?.arn;
    this.deadLetterQueueName = deadLetters?.name;
    this.sendPolicyJson = policyDocument(sendStatements({ queueArn: queue.arn, keyArn }));
    this.consumePolicyJson = policyDocument(consumeStatements({ queueArn: queue.arn, keyArn }));
    this.registerOutputs({ queueUrl: this.queueUrl, queueArn: this.queueArn, queueName: this.queueName });
  }

  /**
   * Lets a role send messages.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>-send`
   */
  grantSend(grantee: string, role: Grantee): aws.iam.RolePolicy {
    return grantTo(this, `${hiddenOf(this).name}-${grantee}-send`, role, this.sendStatements());
  }

  /**
   * Lets a role receive messages, ask for more time, and delete them.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>-consume`
   */
  grantConsume(grantee: string, role: Grantee): aws.iam.RolePolicy {
    return grantTo(this, `${hiddenOf(this).name}-${grantee}-consume`, role, this.consumeStatements());
  }

  /** The permission of `grantSend` as statements, for components that put all statements of a role into one policy. */
  sendStatements(): PolicyStatement[] {
    return sendStatements({ queueArn: this.queueArn, keyArn: hiddenOf(this).keyArn });
  }

  /** The permission of `grantConsume` as statements. */
  consumeStatements(): PolicyStatement[] {
    return consumeStatements({ queueArn: this.queueArn, keyArn: hiddenOf(this).keyArn });
  }
}

interface Hidden {
  name: string;
  keyArn: pulumi.Input<string> | undefined;
}

/** What grants need to know. It is kept outside of the class, since Pulumi makes each field, private ones too, an output in
 * every language. */
const hidden = new WeakMap<Queue, Hidden>();

function hiddenOf(queue: Queue): Hidden {
  return hidden.get(queue) as Hidden;
}

/** Two weeks, the longest that SQS keeps a message. */
const longestRetention = 1_209_600;

function createQueue(scope: Scope, args: QueueArgs, deadLetters: aws.sqs.Queue | undefined): aws.sqs.Queue {
  const isDeadLetterQueue = deadLetters === undefined;
  return new aws.sqs.Queue(
    scope.name,
    {
      ...common(scope, args),
      messageRetentionSeconds: args.retentionSeconds ?? (isDeadLetterQueue ? longestRetention : undefined),
      visibilityTimeoutSeconds: args.visibilityTimeoutSeconds,
      delaySeconds: args.delaySeconds,
      receiveWaitTimeSeconds: args.receiveWaitSeconds ?? (isDeadLetterQueue ? undefined : 20),
      contentBasedDeduplication: args.contentBasedDeduplication,
      redrivePolicy: deadLetters && redriveTo(deadLetters, args.maxReceives ?? 3),
    },
    scope.child,
  );
}

/** Messages keep the age that they had, so they must be kept for longer here than in the queue that they come from. */
function createDeadLetters(scope: Scope, args: QueueArgs): aws.sqs.Queue {
  const name = `${scope.name}-dead-letters`;
  const queue = new aws.sqs.Queue(
    name,
    { ...common(scope, args), messageRetentionSeconds: longestRetention },
    scope.child,
  );
  createPolicy(scope, name, queue, []);
  return queue;
}

function common({ keyArn, tags }: Scope, { fifo }: QueueArgs): aws.sqs.QueueArgs {
  const encryption = keyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: keyArn };
  return { ...encryption, fifoQueue: fifo, tags };
}

function redriveTo({ arn }: aws.sqs.Queue, maxReceiveCount: number): pulumi.Output<string> {
  return pulumi.jsonStringify({ deadLetterTargetArn: arn, maxReceiveCount });
}

function createPolicy(scope: Scope, name: string, queue: aws.sqs.Queue, services: QueueServiceArgs[]): void {
  const statements = services.map(({ service, sourceArns }) => ({
    service,
    actions: ['sqs:SendMessage'],
    resources: [queue.arn],
    // IAM treats one value and a list of one alike, but a changed text would be a change of every policy that exists.
    conditions: {
      ArnEquals: {
        'aws:SourceArn': pulumi
          .output(sourceArns)
          .apply((arns) => (arns.length === 1 ? (arns[0] as string) : arns)),
      },
    },
  }));
  new aws.sqs.QueuePolicy(
    name,
    { queueUrl: queue.url, policy: resourcePolicy([queue.arn], ['sqs:*'], statements) },
    scope.child,
  );
}
