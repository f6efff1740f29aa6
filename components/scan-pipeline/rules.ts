import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import {
  admit,
  createDestination,
  createQueue,
  createRule,
  endedWithoutWord,
  formerly,
  startExecutions,
} from '../workflow/index.ts';
import type { ScanAnnouncementArgs } from './args.ts';
import type { Scope } from './defaults.ts';
import type { Machines } from './machines.ts';

/** Takes up executions that ended without the chance to say so, and announces the ends of scans. */
export function createRules(scope: Scope, { scan, launch }: Machines): aws.sqs.Queue {
  const deadLetters = createQueue(formerly(scope, 'undelivered'), 'dead-letters');
  const rules = [
    giveUp(scope, 'scan-ended', scan, deadLetters),
    giveUp(scope, 'launch-ended', launch, deadLetters),
    ...scope.settings.announcements.map((announcement) =>
      announceTo(scope, announcement, scan.arn, deadLetters),
    ),
  ];
  admit(
    formerly(scope, 'undelivered'),
    'dead-letters',
    deadLetters,
    rules.map(({ arn }) => arn),
  );
  return deadLetters;
}

/** An execution that was aborted, took too long or broke off: another one of the same machine marks what it left. */
function giveUp(
  scope: Scope,
  name: string,
  { arn }: aws.sfn.StateMachine,
  deadLetters: aws.sqs.Queue,
): aws.cloudwatch.EventRule {
  const pattern = endedWithoutWord(arn, ['ABORTED', 'FAILED', 'TIMED_OUT'], {
    // Not those that this very rule has started, or a table that is away would keep it going for ever.
    input: [{ 'anything-but': { prefix: '{"version"' } }],
  });
  const rule = createRule(scope, name, `${scope.name}: An execution ended without saying so`, pattern);
  startExecutions(scope, `${name}-start`, { [name]: rule }, arn, deadLetters);
  return rule;
}

function announceTo(
  scope: Scope,
  announcement: ScanAnnouncementArgs,
  scanMachineArn: pulumi.Output<string>,
  deadLetters: aws.sqs.Queue,
): aws.cloudwatch.EventRule {
  const { event } = scope.settings;
  const { name, host, paths, template } = announcement;
  const rule = createRule(scope, name, `${scope.name}: The end of a scan, for ${name}`, {
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
      token: `Token for the announcements of ${scope.name} to ${name}`,
      destination: `Told about the ends of scans of ${scope.name}`,
    },
    rule,
    inputTransformer: { inputPaths: paths, inputTemplate: template },
  };
  createDestination(scope, destination, deadLetters);
  return rule;
}
