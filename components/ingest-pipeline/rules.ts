import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { failureEvent } from '../../contract/ingest.ts';
import { policyDocument, trustPolicy } from '../iam.ts';
import type { Place, Scope } from './defaults.ts';

/** For a day, as long as EventBridge tries at all; what then is not delivered goes to the target's queue. */
const retryPolicy = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

export interface Rules {
  /** A file has arrived. */
  created: aws.cloudwatch.EventRule;
  /** An execution was aborted, or took too long, and could not give its claim up. */
  ended: aws.cloudwatch.EventRule;
  /** A file has failed; only where somebody is told. */
  failed: aws.cloudwatch.EventRule | undefined;
}

/** Which events count. Sizes are told apart by the state machine: patterns compare numbers up to 10⁹ only. */
export function createRules(
  scope: Scope,
  bucketName: pulumi.Output<string>,
  stateMachineArn: pulumi.Output<string>,
): Rules {
  const { slack, webhook, prefix } = scope.settings;
  return {
    created: createRule(scope, 'created', 'A file has arrived', {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [bucketName] }, object: { key: [{ prefix }] } },
    }),
    ended: createRule(scope, 'ended', 'An execution ended without giving its claim up', {
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [stateMachineArn], status: ['ABORTED', 'TIMED_OUT'] },
    }),
    failed:
      slack === undefined && webhook === undefined
        ? undefined
        : createRule(scope, 'failed', 'A file has failed', {
            source: [failureEvent.source],
            'detail-type': [failureEvent.detailType],
            // Step Functions adds the state machine to the events that it puts.
            resources: [stateMachineArn],
          }),
  };
}

export function createRule(
  { name, tags, child }: Place,
  role: string,
  what: string,
  pattern: Record<string, unknown>,
): aws.cloudwatch.EventRule {
  return new aws.cloudwatch.EventRule(
    `${name}-${role}`,
    { description: `${name}: ${what}`, eventPattern: pulumi.jsonStringify(pattern), tags },
    child,
  );
}

/** Starts an execution for every event of these rules, and keeps those events for which that did not work. */
export function startExecutions(
  scope: Scope,
  { created, ended }: Rules,
  stateMachineArn: pulumi.Output<string>,
  undelivered: aws.sqs.Queue,
): void {
  const rules: [string, aws.cloudwatch.EventRule][] = [
    ['created', created],
    ['ended', ended],
  ];
  const role = createTargetRole(
    scope,
    'start',
    rules.map(([, rule]) => rule.arn),
    { actions: ['states:StartExecution'], resources: [stateMachineArn] },
  );
  for (const [name, rule] of rules) {
    createTarget(scope, name, { rule: rule.name, arn: stateMachineArn, roleArn: role.arn }, undelivered);
  }
}

/** A role that EventBridge may assume for some rules, to do one thing. */
export function createTargetRole(
  { name, tags, child }: Place,
  role: string,
  rules: pulumi.Input<string>[],
  statement: { actions: string[]; resources: pulumi.Input<string>[] },
): aws.iam.Role {
  const { accountId } = aws.getCallerIdentityOutput({}, child);
  const created = new aws.iam.Role(
    `${name}-${role}`,
    {
      description: `EventBridge, for ${name}`,
      assumeRolePolicy: trustPolicy('events.amazonaws.com', { sourceAccount: accountId, sourceArn: rules }),
      tags,
    },
    child,
  );
  new aws.iam.RolePolicy(
    `${name}-${role}-policy`,
    { role: created.name, policy: policyDocument([statement]) },
    child,
  );
  return created;
}

export function createTarget(
  { name, child }: Place,
  role: string,
  target: aws.cloudwatch.EventTargetArgs,
  undelivered: aws.sqs.Queue,
): void {
  new aws.cloudwatch.EventTarget(
    `${name}-${role}`,
    { ...target, retryPolicy, deadLetterConfig: { arn: undelivered.arn } },
    child,
  );
}
