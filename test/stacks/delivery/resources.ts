import { account } from '../../support/permissions.ts';

/** ARNs of a stack's resources, by the service and the type that AWS's Service Authorization Reference gives them. */
export function resourcesOf(stack: string): Record<string, string> {
  const arn = (service: string, path: string) => `arn:aws:${service}:us-east-1:${account}:${path}`;
  const bucket = `arn:aws:s3:::trellis--${stack}--media-721c952`;
  const table = `table/trellis-${stack}-users`;
  return {
    's3:bucket': bucket,
    's3:object': `${bucket}/media/1.mp4`,
    'dynamodb:table': arn('dynamodb', table),
    'dynamodb:index': arn('dynamodb', `${table}/index/newest`),
    'ssm:parameter': arn('ssm', `parameter/trellis/${stack}/api-key`),
    'secretsmanager:Secret': arn('secretsmanager', 'secret:token-AbCdEf'),
    'kms:key': arn('kms', 'key/1234abcd-12ab-34cd-56ef-1234567890ab'),
    'batch:job-queue': arn('batch', 'job-queue/ingest-jobs-queue-5ef2bd6'),
    'batch:job-definition-revision': arn('batch', 'job-definition/ingest-jobs-ingest-96ff19b:1'),
    'ecr:repository': arn('ecr', 'repository/app-repository-3ae9667'),
    'elasticloadbalancing:targetgroup': arn('elasticloadbalancing', 'targetgroup/api-tg/6d0ecf831eec9f09'),
    'elasticloadbalancing:listener-rule/app': arn(
      'elasticloadbalancing',
      'listener-rule/app/api-lb/50dc6c495c0c9188/9683b2d02a6cabee/f2f7dc8efc522ab2',
    ),
    'events:api-destination': arn('events', `api-destination/trellis--${stack}--ingest-slack-1a2b3c4/1111`),
    'events:rule-on-default-event-bus': arn('events', 'rule/ingest-created-1a2b3c4'),
    'logs:log-group': arn('logs', 'log-group:api-logs-f21b288'),
    'logs:log-stream': arn('logs', 'log-group:api-logs-f21b288:log-stream:api/1'),
    'sns:topic': arn('sns', 'alarms-topic-1a2b3c4'),
    'sqs:queue': arn('sqs', 'ingest-failures-d63c2cc'),
    'states:statemachine': arn('states', 'stateMachine:ingest-state-machine-d64f21b'),
  };
}
