import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { failureEvent } from '../../contract/ingest.ts';
import type { Scope, Settings } from './defaults.ts';
import { createTarget, createTargetRole } from './rules.ts';

interface Receiver {
  url: string;
  header: string;
  token: pulumi.Input<string>;
  transformer: { inputPaths: Record<string, string>; inputTemplate: string };
}

/** Tells somebody outside of AWS about each failed file: by an API destination, which keeps the token. */
export function createNotification(
  scope: Scope,
  rule: aws.cloudwatch.EventRule,
  undelivered: aws.sqs.Queue,
): void {
  const { name, child, settings } = scope;
  const { url, header, token, transformer } = receiverOf(settings);
  const connection = new aws.cloudwatch.EventConnection(
    `${name}-notification`,
    {
      description: `Token for the notifications of ${name}`,
      authorizationType: 'API_KEY',
      authParameters: { apiKey: { key: header, value: pulumi.secret(token) } },
    },
    child,
  );
  const destination = new aws.cloudwatch.EventApiDestination(
    `${name}-notification`,
    {
      description: `Told about the failed files of ${name}`,
      connectionArn: connection.arn,
      httpMethod: 'POST',
      invocationEndpoint: url,
      // Slack takes about one message a second for a channel; what is above it waits.
      invocationRateLimitPerSecond: 1,
    },
    child,
  );
  const role = createTargetRole(scope, 'notify', [rule.arn], {
    actions: ['events:InvokeApiDestination'],
    resources: [destination.arn],
  });
  createTarget(
    scope,
    'failed',
    { rule: rule.name, arn: destination.arn, roleArn: role.arn, inputTransformer: transformer },
    undelivered,
  );
}

function receiverOf({ slack, webhook }: Settings): Receiver {
  if (slack !== undefined) {
    return {
      url: 'https://slack.com/api/chat.postMessage',
      header: 'Authorization',
      token: pulumi.interpolate`Bearer ${slack.token}`,
      transformer: slackMessage(slack.channel),
    };
  }
  const { url, header = 'Authorization', token } = webhook as NonNullable<Settings['webhook']>;
  return { url, header, token, transformer: webhookMessage };
}

/** A value in angle brackets, not in quotes, is put in as JSON, whatever characters it holds. */
const webhookMessage = {
  inputPaths: { source: '$.source', type: '$.detail-type', detail: '$.detail' },
  inputTemplate: '{"text":<type>,"source":<source>,"detail_type":<type>,"detail":<detail>}',
};

function slackMessage(channel: string) {
  const field = (title: string, value: string) => `{"title":"${title}","value":<${value}>,"short":false}`;
  return {
    inputPaths: {
      id: '$.detail.ingest_id',
      key: '$.detail.key',
      reason: '$.detail.reason',
      execution: '$.detail.execution',
    },
    inputTemplate:
      `{"channel":"${channel}","text":"${failureEvent.detailType}","attachments":[{"color":"danger","fields":[` +
      `${field('File', 'key')},${field('Reason', 'reason')},${field('Id', 'id')},${field('Execution', 'execution')}]}]}`,
  };
}
