import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { policyDocument, trustPolicy } from '../iam.ts';
import type { Scope } from './scope.ts';

/** EventBridge tries for a day at most. After that the event goes to the dead-letter queue. */
const retryPolicy = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

export function createRule(
  { name, tags, child }: Scope,
  role: string,
  description: string,
  pattern: Record<string, unknown>,
): aws.cloudwatch.EventRule {
  return new aws.cloudwatch.EventRule(
    `${name}-${role}`,
    { description, eventPattern: pulumi.jsonStringify(pattern), tags },
    child,
  );
}

/** The pattern of the events by which Step Functions reports that an execution has ended with one of these statuses. */
export function executionEnded(
  stateMachineArn: pulumi.Output<string>,
  status: string[],
  detail: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    source: ['aws.states'],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: { stateMachineArn: [stateMachineArn], status, ...detail },
  };
}

/** Starts an execution for every event of these rules; an event for which that fails goes to the dead-letter queue. */
export function startExecutions(
  scope: Scope,
  role: string,
  rules: { [role: string]: aws.cloudwatch.EventRule },
  stateMachineArn: pulumi.Output<string>,
  deadLetters: aws.sqs.Queue,
): void {
  const { arn: roleArn } = createTargetRole(
    scope,
    role,
    Object.values(rules).map(({ arn }) => arn),
    { actions: ['states:StartExecution'], resources: [stateMachineArn] },
  );
  for (const [name, rule] of Object.entries(rules)) {
    createTarget(scope, name, { rule: rule.name, arn: stateMachineArn, roleArn }, deadLetters);
  }
}

/** A receiver outside of AWS for the events of a rule, and the message that it gets. */
interface Destination {
  /** Names of the children: of connection and destination, of the role, and of the target. */
  names: { destination: string; role: string; target: string };
  descriptions: { token: string; destination: string };
  rule: aws.cloudwatch.EventRule;
  url: string;
  /** @default Authorization */
  header?: string | undefined;
  token: pulumi.Input<string>;
  inputTransformer: { inputPaths: Record<string, string>; inputTemplate: string };
  /** JSON paths into the event that fill the `*` of the URL's path. */
  pathParameters?: string[] | undefined;
}

/** An API destination as the target of a rule. Its connection keeps the token in Secrets Manager. */
export function createDestination(scope: Scope, destination: Destination, deadLetters: aws.sqs.Queue): void {
  const { name, child } = scope;
  const {
    names,
    descriptions,
    rule,
    header = 'Authorization',
    inputTransformer,
    pathParameters,
  } = destination;
  const connection = new aws.cloudwatch.EventConnection(
    `${name}-${names.destination}`,
    {
      description: descriptions.token,
      authorizationType: 'API_KEY',
      authParameters: { apiKey: { key: header, value: pulumi.secret(destination.token) } },
    },
    child,
  );
  const { arn } = new aws.cloudwatch.EventApiDestination(
    `${name}-${names.destination}`,
    {
      description: descriptions.destination,
      connectionArn: connection.arn,
      httpMethod: 'POST',
      invocationEndpoint: destination.url,
      // Slack takes about one message a second for a channel; further messages wait.
      invocationRateLimitPerSecond: 1,
    },
    child,
  );
  const role = createTargetRole(scope, names.role, [rule.arn], {
    actions: ['events:InvokeApiDestination'],
    resources: [arn],
  });
  const httpTarget =
    pathParameters === undefined ? {} : { httpTarget: { pathParameterValues: pathParameters } };
  const target = { rule: rule.name, arn, roleArn: role.arn, inputTransformer, ...httpTarget };
  createTarget(scope, names.target, target, deadLetters);
}

/** A role that EventBridge may assume for these rules. */
function createTargetRole(
  { name, tags, child }: Scope,
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

function createTarget(
  { name, child }: Scope,
  role: string,
  target: aws.cloudwatch.EventTargetArgs,
  deadLetters: aws.sqs.Queue,
): void {
  new aws.cloudwatch.EventTarget(
    `${name}-${role}`,
    { ...target, retryPolicy, deadLetterConfig: { arn: deadLetters.arn } },
    child,
  );
}
