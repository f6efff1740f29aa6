import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type PolicyStatement, policyDocument, regionalArn, trustPolicy } from '../iam.ts';
import type { Scope } from './scope.ts';

/** What a state machine is made of. */
interface Parts {
  /** Names its children: `<name>-<role>` (machine and role) and `<name>-<role>-policy`. */
  role: string;
  /** Of its role. */
  description: string;
  definition: pulumi.Input<string>;
  /** What the states do; the log and traces come on top. */
  statements: PolicyStatement[];
  logGroup: aws.cloudwatch.LogGroup;
  tracing: boolean;
}

/** What executes a definition. Executions under way go on with the definition that they began with. */
export function createStateMachine(
  { name, tags, child }: Scope,
  { role: part, description, definition, statements, logGroup, tracing }: Parts,
): aws.sfn.StateMachine {
  const role = new aws.iam.Role(
    `${name}-${part}`,
    {
      description,
      assumeRolePolicy: trustPolicy('states.amazonaws.com', {
        sourceAccount: aws.getCallerIdentityOutput({}, child).accountId,
        // The machine itself is made after its role, with a name of Pulumi's.
        sourceArn: regionalArn('states', 'stateMachine:*', child),
      }),
      tags,
    },
    child,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-${part}-policy`,
    {
      role: role.name,
      policy: policyDocument([...statements, deliverLogs, ...(tracing ? [sendTraces] : [])]),
    },
    child,
  );
  return new aws.sfn.StateMachine(
    `${name}-${part}`,
    {
      type: 'STANDARD',
      definition,
      roleArn: role.arn,
      loggingConfiguration: {
        level: 'ERROR',
        includeExecutionData: true,
        logDestination: pulumi.interpolate`${logGroup.arn}:*`,
      },
      tracingConfiguration: { enabled: tracing },
      tags,
    },
    // Step Functions tries the log group when it is made, by this policy.
    { ...child, dependsOn: [policy] },
  );
}

/** Step Functions admits itself to log groups by a policy that has room for a few; those of this prefix need none. */
export function createExecutionLog(
  { name, tags, child }: Scope,
  retentionInDays: number,
  kmsKeyId?: pulumi.Input<string>,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    `${name}-executions`,
    {
      name: `/aws/vendedlogs/states/${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
      retentionInDays,
      kmsKeyId,
      tags,
    },
    child,
  );
}

/** Where the states announce things: where AWS's own events are. Rules tell them apart by the state machine. */
export const eventBus = {
  name: 'default',
  /** What a state machine needs to announce something. */
  statement(sid: string, { child }: Scope): PolicyStatement {
    return {
      sid,
      actions: ['events:PutEvents'],
      resources: [regionalArn('events', `event-bus/${this.name}`, child)],
    };
  },
};

/** What a state machine needs to write its log. */
const deliverLogs: PolicyStatement = {
  sid: 'DeliverLogs',
  actions: [
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:DescribeLogGroups',
    'logs:DescribeResourcePolicies',
    'logs:GetLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:UpdateLogDelivery',
  ],
  // `*`: see accountWideActions.
  resources: ['*'],
};

/** And its traces. */
const sendTraces: PolicyStatement = {
  sid: 'Trace',
  actions: [
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ],
  // `*`: see accountWideActions.
  resources: ['*'],
};
