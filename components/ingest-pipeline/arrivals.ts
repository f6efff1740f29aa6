import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { createRule, executionEnded, startExecutions } from '../workflow/index.ts';
import type { Scope } from './defaults.ts';

/** Starts an execution for each file that arrives, and for each execution that was aborted or timed out, so that its file
 * is marked failed. The state machine chooses by size, since event patterns compare numbers up to 10⁹ only. */
export function createArrivals(
  scope: Scope,
  bucketName: pulumi.Output<string>,
  stateMachineArn: pulumi.Output<string>,
  deadLetters: aws.sqs.Queue,
): aws.cloudwatch.EventRule[] {
  const { name, settings } = scope;
  const created = createRule(scope, 'created', `${name}: A file has arrived`, {
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: [bucketName] }, object: { key: [{ prefix: settings.prefix }] } },
  });
  const ended = createRule(
    scope,
    'ended',
    `${name}: An execution was aborted or timed out; its file is marked failed`,
    executionEnded(stateMachineArn, ['ABORTED', 'TIMED_OUT']),
  );
  startExecutions(scope, 'start', { created, ended }, stateMachineArn, deadLetters);
  return [created, ended];
}
