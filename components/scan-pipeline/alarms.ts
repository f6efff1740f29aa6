import type * as aws from '@pulumi/aws';
import { createAlarm, messagesIn, unsuccessfulExecutions } from '../workflow/index.ts';
import type { Scope } from './defaults.ts';
import type { Machines } from './machines.ts';

/** The alarms of scans and job runs; none without `alarmActionArns`. `JobQueue` itself has the alarm on a job that waits
 * too long for capacity. A scan whose scanner failed has succeeded: its result says so. */
export function createAlarms(scope: Scope, { scan, launch }: Machines, deadLetters: aws.sqs.Queue): void {
  const { name, settings } = scope;
  const { alarmActionArns: actions } = settings;
  if (actions.length === 0) return;
  const failed = (role: string, what: string, { arn }: aws.sfn.StateMachine) =>
    createAlarm(scope, role, actions, {
      alarmDescription: `${what} of ${name} failed, were aborted or timed out. Their executions say why`,
      metricQueries: unsuccessfulExecutions({ StateMachineArn: arn }),
    });
  failed('scan-executions', 'Scans', scan);
  failed('launch-executions', 'Job runs', launch);
  createAlarm(scope, 'dead-letters', actions, {
    alarmDescription: `Events of ${name} started no execution or reached no receiver. They wait in the dead-letter queue`,
    ...messagesIn(deadLetters),
  });
}
