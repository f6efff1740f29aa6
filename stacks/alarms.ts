import * as aws from '@pulumi/aws';
import { resourcePolicy } from '../components/iam.ts';
import type { Settings } from './settings/index.ts';

/** The topic that every alarm tells, and the subscription of whoever is to know. */
export function createAlarmTopic(settings: Settings): aws.sns.Topic {
  const topic = new aws.sns.Topic('alarms', {});
  const { accountId } = aws.getCallerIdentityOutput();
  new aws.sns.TopicPolicy('alarms', {
    arn: topic.arn,
    policy: resourcePolicy(
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
    ),
  });
  const endpoint = settings['alarms.email'];
  if (endpoint !== undefined) {
    new aws.sns.TopicSubscription('alarms', { topic: topic.arn, protocol: 'email', endpoint });
  }
  return topic;
}
