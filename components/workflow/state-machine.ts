import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type PolicyStatement, regionalArn, trustPolicy } from '../iam.ts';
import { attachPolicy } from '../role-policy.ts';
import type { Scope } from './scope.ts';

/** The arguments of `createStateMachine`. */
interface Parts {
  /** Names its children: `<name>-<role>` (machine and role) and `<name>-<role>-policy`. */
  role: string;
  /** Description of its role. */
  description: string;
  definition: pulumi.Input<string>;
  /** What the states may do; permissions for log and traces are added. */
  statements: PolicyStatement[];
  logGroup: aws.cloudwatch.LogGroup;
  /** `ALL` logs each state that an execution enters. @default ERROR */
  logLevel?: 'ERROR' | 'ALL';
  tracing: boolean;
}

/** A state machine with its role. Executions under way go on with the definition that they began with. */
export function createStateMachine(
  { name, tags, child }: Scope,
  { role: part, description, definition, statements, logGroup, logLevel = 'ERROR', tracing }: Parts,
): aws.sfn.StateMachine {
  const role = new aws.iam.Role(
    `${name}-${part}`,
    {
      description,
      assumeRolePolicy: trustPolicy('states.amazonaws.com', {
        sourceAccount: aws.getCallerIdentityOutput({}, child).accountId,
        // The machine is made after its role, and its name is not known yet.
        sourceArn: regionalArn('states', 'stateMachine:*', child),
      }),
      tags,
    },
    child,
  );
  const policy = attachPolicy(
    `${name}-${part}-policy`,
    role.name,
    [...statements, deliverLogs, ...(tracing ? [sendTraces] : [])],
    child,
  );
  return new aws.sfn.StateMachine(
    `${name}-${part}`,
    {
      type: 'STANDARD',
      definition,
      roleArn: role.arn,
      loggingConfiguration: {
        level: logLevel,
        includeExecutionData: true,
        logDestination: pulumi.interpolate`${logGroup.arn}:*`,
      },
      tracingConfiguration: { enabled: tracing },
      tags,
    },
    // Step Functions checks the permission to write the log when it creates the machine.
    { ...child, dependsOn: [policy] },
  );
}

/** The log group of executions. Step Functions adds each log group to a resource policy of limited size, except those
 * with this prefix. */
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

/** The bus on which states publish events: the one of AWS's own events. Rules match them by the state machine. */
export const eventBus = {
  name: 'default',
  /** The permission that a state machine needs to publish an event. */
  statement(sid: string, { child }: Scope): PolicyStatement {
    return {
      sid,
      actions: ['events:PutEvents'],
      resources: [regionalArn('events', `event-bus/${this.name}`, child)],
    };
  },
};

/** The permissions that a state machine needs to write its log. */
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

/** The permissions that a state machine needs to send traces. */
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
