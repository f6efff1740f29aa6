import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { admit, createQueue } from '../ingest-pipeline/queues.ts';
import { createRule, createTarget, createTargetRole } from '../ingest-pipeline/rules.ts';
import type { Scope } from './defaults.ts';
import type { Machines } from './machines.ts';
import type { ScanAnnouncementArgs } from './pipeline-args.ts';

/** Takes up executions that ended without the chance to say so, and announces the ends of scans. */
export function createRules(scope: Scope, { scan, launch }: Machines): aws.sqs.Queue {
  const undelivered = createQueue(scope, 'undelivered');
  const rules = [
    giveUp(scope, 'scan-ended', scan, undelivered),
    giveUp(scope, 'launch-ended', launch, undelivered),
    ...scope.settings.announcements.map((announcement) =>
      announceTo(scope, announcement, scan.arn, undelivered),
    ),
  ];
  admit(
    scope,
    'undelivered',
    undelivered,
    rules.map(({ arn }) => arn),
  );
  return undelivered;
}

/** An execution that was aborted, took too long or broke off: another one of the same machine marks what it left. */
function giveUp(
  scope: Scope,
  name: string,
  machine: aws.sfn.StateMachine,
  undelivered: aws.sqs.Queue,
): aws.cloudwatch.EventRule {
  const rule = createRule(scope, name, 'An execution ended without saying so', {
    source: ['aws.states'],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: {
      stateMachineArn: [machine.arn],
      status: ['ABORTED', 'FAILED', 'TIMED_OUT'],
      // Not those that this very rule has started, or a table that is away would keep it going for ever.
      input: [{ 'anything-but': { prefix: '{"version"' } }],
    },
  });
  const role = createTargetRole(scope, `${name}-start`, [rule.arn], {
    actions: ['states:StartExecution'],
    resources: [machine.arn],
  });
  createTarget(scope, name, { rule: rule.name, arn: machine.arn, roleArn: role.arn }, undelivered);
  return rule;
}

function announceTo(
  scope: Scope,
  announcement: ScanAnnouncementArgs,
  scanMachineArn: pulumi.Output<string>,
  undelivered: aws.sqs.Queue,
): aws.cloudwatch.EventRule {
  const { name, settings, child } = scope;
  const { host, url, header = 'Authorization', token, pathParameters, paths, template } = announcement;
  const rule = createRule(scope, announcement.name, `The end of a scan, for ${announcement.name}`, {
    source: [settings.event.source],
    'detail-type': [settings.event.detailType],
    // Step Functions adds the state machine to the events that it puts.
    resources: [scanMachineArn],
    ...(host === undefined ? {} : { detail: { host: [host], commit: [{ 'anything-but': 'unknown' }] } }),
  });
  const connection = new aws.cloudwatch.EventConnection(
    `${name}-${announcement.name}`,
    {
      description: `Token for the announcements of ${name} to ${announcement.name}`,
      authorizationType: 'API_KEY',
      authParameters: { apiKey: { key: header, value: pulumi.secret(token) } },
    },
    child,
  );
  const destination = new aws.cloudwatch.EventApiDestination(
    `${name}-${announcement.name}`,
    {
      description: `Told about the ends of scans of ${name}`,
      connectionArn: connection.arn,
      httpMethod: 'POST',
      invocationEndpoint: url,
      invocationRateLimitPerSecond: 1,
    },
    child,
  );
  const role = createTargetRole(scope, `${announcement.name}-notify`, [rule.arn], {
    actions: ['events:InvokeApiDestination'],
    resources: [destination.arn],
  });
  createTarget(
    scope,
    announcement.name,
    {
      rule: rule.name,
      arn: destination.arn,
      roleArn: role.arn,
      inputTransformer: { inputPaths: paths, inputTemplate: template },
      ...(pathParameters === undefined ? {} : { httpTarget: { pathParameterValues: pathParameters } }),
    },
    undelivered,
  );
  return rule;
}
