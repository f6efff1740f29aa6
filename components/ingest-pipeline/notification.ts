import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { ingestEvents } from '../../contract/ingest.ts';
import { createDestination, createRule } from '../workflow/index.ts';
import type { Scope, Settings } from './defaults.ts';

/**
 * Sends a message about each failed file, and each that could not be retracted, to Slack or to a webhook. Other ends are on
 * the bus alone.
 *
 * @returns the rule; undefined without a receiver
 */
export function createNotification(
  scope: Scope,
  stateMachineArn: pulumi.Output<string>,
  deadLetters: aws.sqs.Queue,
): aws.cloudwatch.EventRule | undefined {
  const { name, settings } = scope;
  const receiver = receiverOf(settings);
  if (receiver === undefined) return undefined;
  const rule = createRule(scope, 'failed', `${name}: A file has failed`, {
    source: [ingestEvents.failed.source],
    'detail-type': [ingestEvents.failed, ingestEvents.retractionFailed].map(({ detailType }) => detailType),
    // Step Functions adds the state machine to the events that it puts.
    resources: [stateMachineArn],
  });
  const names = { destination: 'notification', role: 'notify', target: 'failed' };
  const descriptions = {
    token: `Token for the notifications of ${name}`,
    destination: `Receiver of the failed files of ${name}`,
  };
  createDestination(scope, { names, descriptions, rule, ...receiver }, deadLetters);
  return rule;
}

function receiverOf({ slack, webhook }: Settings) {
  if (slack === undefined) return webhook && { ...webhook, inputTransformer: webhookMessage };
  return {
    url: 'https://slack.com/api/chat.postMessage',
    token: pulumi.interpolate`Bearer ${slack.token}`,
    inputTransformer: slackMessage(slack.channel),
  };
}

/** EventBridge inserts a value in angle brackets as JSON, with its characters escaped; there must be no quotes around. */
const webhookMessage = {
  inputPaths: { source: '$.source', type: '$.detail-type', detail: '$.detail' },
  inputTemplate: '{"text":<type>,"source":<source>,"detail_type":<type>,"detail":<detail>}',
};

function slackMessage(channel: string) {
  const field = (title: string, value: string) => `{"title":"${title}","value":<${value}>,"short":false}`;
  return {
    inputPaths: {
      type: '$.detail-type',
      id: '$.detail.ingest_id',
      key: '$.detail.key',
      reason: '$.detail.reason',
      execution: '$.detail.execution',
    },
    inputTemplate:
      `{"channel":"${channel}","text":<type>,"attachments":[{"color":"danger","fields":[` +
      `${field('File', 'key')},${field('Reason', 'reason')},${field('Id', 'id')},${field('Execution', 'execution')}]}]}`,
  };
}
