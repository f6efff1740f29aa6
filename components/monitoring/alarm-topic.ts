import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Grantee, grantTo } from '../grants.ts';
import { type PolicyStatement, policyDocument, resourcePolicy, trustPolicy } from '../iam.ts';
import { useKey } from '../key-use.ts';
import { assertValid, checkRepeated, patterns } from '../validation.ts';
import type { AlarmTopicArgs, SlackChannelArgs } from './alarm-topic-args.ts';
import { createKey } from './key.ts';

/**
 * The SNS topic that alarms notify, with subscriptions by e-mail and of a Slack channel.
 *
 * ```ts
 * const topic = new AlarmTopic('alarms', { emails: ['ops@example.com'] });
 * new FargateService('api', { …, alarmActionArns: [topic.topicArn] });
 * ```
 *
 * **Costs** nothing at rest, and 1 USD a month with `customerKey`. E-mails 2 USD per 100,000.
 *
 * **Open to** CloudWatch's alarms of this account. Slack gets messages but can give no commands.
 *
 * Children: `<name>-topic`, `<name>-policy`, `<name>-key`, `<name>-email-<address>`, `<name>-slack-role` and
 * `<name>-slack`; for each grant `<name>-<grantee>`.
 *
 * @throws an error that lists every problem of the arguments
 */
export class AlarmTopic extends pulumi.ComponentResource {
  readonly topic: aws.sns.Topic;
  /** ARN of the topic; known once alarms may publish to it. */
  readonly topicArn: pulumi.Output<string>;
  readonly key: aws.kms.Key | undefined;
  /** The policy that `grantPublish` gives, as JSON; undefined with `customerKey`, whose key admits alarms alone. */
  readonly publishPolicyJson: pulumi.Output<string> | undefined;

  constructor(name: string, args: AlarmTopicArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const { emails = [], slack, customerKey = false, keyArn, tags = {} } = args;
    assertValid('AlarmTopic', name, [
      ...emails.map(checkEmail),
      checkRepeated('emails', emails),
      ...checkSlack(slack),
    ]);
    super('trellis:index:AlarmTopic', name, {}, opts);
    const child = { parent: this };
    const { accountId } = aws.getCallerIdentityOutput({}, child);

    this.key =
      customerKey && keyArn === undefined ? createKey(`${name}-key`, accountId, tags, child) : undefined;
    this.topic = new aws.sns.Topic(`${name}-topic`, { kmsMasterKeyId: keyArn ?? this.key?.arn, tags }, child);
    const policy = new aws.sns.TopicPolicy(
      `${name}-policy`,
      { arn: this.topic.arn, policy: topicPolicy(this.topic, accountId) },
      child,
    );
    emails.forEach((endpoint, index) => {
      // By its address: by its place in the list, an address would take over its neighbour's subscription, which AWS
      // has once, and lose it when the neighbour's is deleted.
      new aws.sns.TopicSubscription(
        `${name}-email-${endpoint}`,
        { topic: this.topic.arn, protocol: 'email', endpoint },
        { ...child, aliases: [{ name: `${name}-email${index}` }] },
      );
    });
    if (slack !== undefined) createSlackChannel(name, slack, this.topic, tags, child);

    this.topicArn = policy.arn;
    hidden.set(this, { name, keyArn });
    this.publishPolicyJson = this.key === undefined ? policyDocument(this.publishStatements()) : undefined;
    this.registerOutputs({ topicArn: this.topicArn });
  }

  /**
   * Lets a role send messages, beside the alarms.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>`
   * @throws with `customerKey`, whose key admits alarms alone; `keyArn` of a `CustomerKey` admits roles too
   */
  grantPublish(grantee: string, role: Grantee): aws.iam.RolePolicy {
    const { name } = hiddenOf(this);
    return grantTo(this, `${name}-${grantee}`, role, this.publishStatements());
  }

  /** The permission of `grantPublish` as statements, for components that put all statements of a role into one policy. */
  publishStatements(): PolicyStatement[] {
    const { name, keyArn } = hiddenOf(this);
    if (this.key !== undefined) {
      throw new Error(
        `AlarmTopic "${name}": with customerKey only alarms can publish; give keyArn of a CustomerKey`,
      );
    }
    return [
      { sid: 'Publish', actions: ['sns:Publish'], resources: [this.topic.arn] },
      ...useKey(keyArn, 'publish messages', { parent: this }),
    ];
  }
}

interface Hidden {
  name: string;
  keyArn: pulumi.Input<string> | undefined;
}

/** What grants need to know. It is kept outside of the class, since Pulumi makes each field, private ones too, an output in
 * every language. */
const hidden = new WeakMap<AlarmTopic, Hidden>();

function hiddenOf(topic: AlarmTopic): Hidden {
  return hidden.get(topic) as Hidden;
}

function checkEmail(email: string): string | undefined {
  return patterns.email.test(email) ? undefined : `emails: "${email}" is no e-mail address`;
}

function checkSlack(slack: SlackChannelArgs | undefined): (string | undefined)[] {
  if (slack === undefined) return [];
  return [
    patterns.slackWorkspace.test(slack.workspaceId)
      ? undefined
      : `slack.workspaceId must be a workspace's id such as T07EA123LEP, not "${slack.workspaceId}"`,
    patterns.slackChannel.test(slack.channelId)
      ? undefined
      : `slack.channelId must be a channel's id such as C07EZ1ABC23, not "${slack.channelId}"`,
  ];
}

function topicPolicy(topic: aws.sns.Topic, accountId: pulumi.Output<string>): pulumi.Output<string> {
  return resourcePolicy(
    [topic.arn],
    ['sns:Publish'],
    [
      {
        service: 'cloudwatch.amazonaws.com',
        actions: ['sns:Publish'],
        resources: [topic.arn],
        conditions: { StringEquals: { 'aws:SourceAccount': accountId } },
      },
    ],
  );
}

function createSlackChannel(
  name: string,
  slack: SlackChannelArgs,
  topic: aws.sns.Topic,
  tags: { [name: string]: pulumi.Input<string> },
  child: pulumi.CustomResourceOptions,
): void {
  const { partition } = aws.getPartitionOutput({}, child);
  // AWS requires a role. Messages need no permission, so it has none.
  const role = new aws.iam.Role(
    `${name}-slack-role`,
    {
      description: 'Slack channel of the alarms, without permissions',
      // Without a source: see servicesWithoutSource.
      assumeRolePolicy: trustPolicy('chatbot.amazonaws.com'),
      tags,
    },
    child,
  );
  new aws.chatbot.SlackChannelConfiguration(
    `${name}-slack`,
    {
      configurationName: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`.replace(/[^\w-]/g, '-'),
      slackTeamId: slack.workspaceId,
      slackChannelId: slack.channelId,
      snsTopicArns: [topic.arn],
      iamRoleArn: role.arn,
      // Without a guardrail AWS would take AdministratorAccess.
      guardrailPolicyArns: [pulumi.interpolate`arn:${partition}:iam::aws:policy/AWSDenyAll`],
      loggingLevel: 'ERROR',
      tags,
    },
    child,
  );
}
