import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { type PolicyStatement, trustPolicy } from './iam.ts';
import { attachPolicy } from './role-policy.ts';

interface Parts {
  description: string;
  /** What the schedule calls, but for the role. */
  target: Omit<aws.types.input.scheduler.ScheduleTarget, 'roleArn'>;
  /** What its role may do. */
  statements: PolicyStatement[];
  schedule: Pick<
    aws.scheduler.ScheduleArgs,
    'scheduleExpression' | 'scheduleExpressionTimezone' | 'state' | 'flexibleTimeWindow'
  >;
  tags: { [name: string]: pulumi.Input<string> };
}

/** A schedule of EventBridge Scheduler with a role of its own. Schedule, role and policy are all called `name`. */
export function createSchedule(
  name: string,
  { description, target, statements, schedule, tags }: Parts,
  child: { parent: pulumi.Resource },
): aws.scheduler.Schedule {
  const { accountId } = aws.getCallerIdentityOutput({}, child);
  const role = new aws.iam.Role(
    name,
    {
      description,
      assumeRolePolicy: trustPolicy('scheduler.amazonaws.com', { sourceAccount: accountId }),
      tags,
    },
    child,
  );
  const policy = attachPolicy(name, role.name, statements, child);
  return new aws.scheduler.Schedule(
    name,
    { description, ...schedule, target: { ...target, roleArn: role.arn } },
    { ...child, dependsOn: policy },
  );
}
