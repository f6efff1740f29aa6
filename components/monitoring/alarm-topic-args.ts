import type * as pulumi from '@pulumi/pulumi';

/** The receivers of alarms. */
export interface AlarmTopicArgs {
  /** Addresses that get an e-mail; AWS asks each for confirmation. @default none */
  emails?: string[];
  /** Slack channel that gets a message. @default none */
  slack?: SlackChannelArgs;
  /** Encrypt messages with a customer key, 1 USD a month. With SNS's own key CloudWatch's alarms could
   * not publish. @default false: not encrypted */
  customerKey?: boolean;
  /** A customer key that encrypts messages, in place of one of its own: that of a `CustomerKey`, or another that admits
   * CloudWatch. @default none */
  keyArn?: pulumi.Input<string>;
  /** Tags of every resource that takes them. */
  tags?: { [name: string]: pulumi.Input<string> };
}

/** A channel of a Slack workspace. The workspace must be admitted once, by hand, in the console of Amazon Q Developer in
 * chat applications (formerly AWS Chatbot). */
export interface SlackChannelArgs {
  /** Id of the workspace, such as T07EA123LEP. */
  workspaceId: string;
  /** Id of the channel, such as C07EZ1ABC23; in a private one `/invite @Amazon Q` first. */
  channelId: string;
}
