import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import {
  createDestination,
  createQueue,
  createRule,
  executionEnded,
  startExecutions,
} from '../workflow/index.ts';
import type { ScanAnnouncementArgs } from './args.ts';
import type { Scope } from './defaults.ts';
import type { Machines } from './machines.ts';

/** Rules that clean up after executions that ended too early, and those that send the ends of scans to receivers. */
export function createRules(scope: Scope, { scan, launch }: Machines): aws.sqs.Queue {
  // The queue's policy names the rules, and the rules' targets name the queue.
  const [admitted, admit] = pulumi.deferredOutput<string[]>();
  const deadLetters = createQueue(scope, 'dead-letters', { rules: admitted, formerRole: 'undelivered' });
  const rules = [
    markAbandoned(scope, 'scan-ended', scan, deadLetters),
    markAbandoned(scope, 'launch-ended', launch, deadLetters),
    ...scope.settings.announcements.map((announcement) =>
      notifyReceiver(scope, announcement, scan.arn, deadLetters),
    ),
  ];
  admit(pulumi.all(rules.map(({ arn }) => arn)));
  return deadLetters;
}

/** Starts another execution of the same machine for each that was aborted, failed or timed out: it marks the scan or job
 * run of that one as failed. */
function markAbandoned(
  scope: Scope,
  name: string,
  { arn }: aws.sfn.StateMachine,
  deadLetters: aws.sqs.Queue,
): aws.cloudwatch.EventRule {
  const pattern = executionEnded(arn, ['ABORTED', 'FAILED', 'TIMED_OUT'], {
    // Executions that this rule itself has started are left out: while the table is away it would start them for ever.
    input: [{ 'anything-but': { prefix: '{"version"' } }],
  });
  const rule = createRule(
    scope,
    name,
    `${scope.name}: An execution ended too early; what it worked on is marked failed`,
    pattern,
  );
  startExecutions(scope, `${name}-start`, { [name]: rule }, arn, deadLetters);
  return rule;
}

function notifyReceiver(
  scope: Scope,
  announcement: ScanAnnouncementArgs,
  scanMachineArn: pulumi.Output<string>,
  deadLetters: aws.sqs.Queue,
): aws.cloudwatch.EventRule {
  const { event } = scope.settings;
  const { name, host, paths, template } = announcement;
  const rule = createRule(scope, name, `${scope.name}: A scan has ended; ${name} is notified`, {
    source: [event.source],
    'detail-type': [event.detailType],
    // Step Functions adds the state machine to the events that it puts.
    resources: [scanMachineArn],
    ...(host === undefined ? {} : { detail: { host: [host], commit: [{ 'anything-but': 'unknown' }] } }),
  });
  const destination = {
    ...announcement,
    names: { destination: name, role: `${name}-notify`, target: name },
    descriptions: {
      token: `Token with which ${scope.name} notifies ${name}`,
      destination: `Receiver of the ends of scans of ${scope.name}`,
    },
    rule,
    inputTransformer: { inputPaths: paths, inputTemplate: template },
  };
  createDestination(scope, destination, deadLetters);
  return rule;
}
