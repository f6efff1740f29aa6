import { outputPrefix } from '../contract/scans.ts';
import { choice, conditionFailed, type Definition, getItem, type State } from './asl.ts';
import type { ScanDefinitionArgs } from './scan/args.ts';
import { brokenOff, ends } from './scan/ends.ts';
import { start } from './scan/item.ts';
import { jobsOf } from './scan/steps.ts';

export type { ScanDefinitionArgs } from './scan/args.ts';

/** Three hours: time for all jobs to run to their limits, and to wait in the queue before each. */
const timeoutSeconds = 3 * 3600;

/**
 * The state machine that carries out a scan, in the Amazon States Language (JSONPath): fetch → every scanner, each of
 * which may fail alone → summary → save → notify. Cloud and laptop execute this same definition; it is a pure function
 * of names. An execution has the name of its scan, so that a scan that is started twice runs once.
 *
 * Its input is `{scan_id, repository_url, ref, host, owner, name}`, or the `Execution Status Change` event of an earlier
 * execution of this machine that was aborted, timed out or failed. A scan's item has the attribute `unfinished` until
 * the scan's end has been published; until then a new execution goes on where the last one stopped.
 */
export function scanDefinition(args: ScanDefinitionArgs): Definition {
  const { concurrency = 4 } = args;
  return {
    Comment: 'Carries out one scan: fetch, scan, summarize, save, notify',
    StartAt: 'WhichEvent',
    TimeoutSeconds: timeoutSeconds,
    States: {
      ...begin(args),
      ...jobsOf(args, {
        name: 'Fetch',
        part: 'fetch',
        arguments: { 'repository_url.$': '$.repository_url', 'ref.$': '$.ref' },
        resultPath: '$.fetched',
        next: 'IsFetched',
      }),
      IsFetched: choice(
        [{ Variable: '$.fetched[0].status', StringEquals: 'succeeded', Next: 'Scan' }],
        'NotFetched',
      ),
      ...jobsOf(args, {
        name: 'Scan',
        part: 'scanner',
        concurrency,
        arguments: { 'scan_id.$': '$.id' },
        resultPath: '$.scanned',
        next: 'Summarize',
      }),
      ...jobsOf(args, {
        name: 'Summarize',
        part: 'summary',
        arguments: { 'scan_id.$': '$.id', 'jobs.$': '$.scanned[*].ended' },
        resultPath: '$.summarized',
        next: 'IsSummarized',
      }),
      IsSummarized: choice(
        [
          { Variable: '$.summarized[0].status', StringEquals: 'failed', Next: 'NotSummarized' },
          {
            And: ['reason', 'text', 'description', 'verdict', 'summary'].map((field) => ({
              Variable: `$.summarized[0].outcome.${field}`,
              IsPresent: true,
            })),
            Next: 'IsPartial',
          },
        ],
        'SummaryUnreadable',
      ),
      ...ends(args),
    },
  };
}

function begin({ scansTable }: ScanDefinitionArgs): Record<string, State> {
  return {
    WhichEvent: choice([{ Variable: '$.source', IsPresent: true, Next: 'AbandonedScan' }], 'NewScan'),
    NewScan: {
      Type: 'Pass',
      Parameters: {
        'input.$': '$',
        'execution.$': '$$.Execution.Id',
        abandoned: 'no',
      },
      Next: 'ReadInput',
    },
    AbandonedScan: {
      Type: 'Pass',
      Comment: 'An earlier execution ended before it could save how the scan ended',
      Parameters: {
        'input.$': 'States.StringToJson($.detail.input)',
        'execution.$': '$.detail.executionArn',
        'abandoned.$': '$.detail.status',
      },
      Next: 'ReadInput',
    },
    ReadInput: {
      Type: 'Pass',
      Parameters: {
        'id.$': '$.input.scan_id',
        'output.$': `States.Format('${outputPrefix.scan('{}')}', $.input.scan_id)`,
        'repository_url.$': '$.input.repository_url',
        'ref.$': '$.input.ref',
        'host.$': '$.input.host',
        'owner.$': '$.input.owner',
        'name.$': '$.input.name',
        'execution.$': '$.execution',
        'abandoned.$': '$.abandoned',
        commit: 'unknown',
      },
      Next: 'IsAbandoned',
    },
    IsAbandoned: choice(
      [{ Variable: '$.abandoned', StringEquals: 'no', Next: 'MarkScanRunning' }],
      'ExecutionAbandoned',
    ),
    MarkScanRunning: {
      ...start(scansTable),
      Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next: 'ReadScan' }],
      Next: 'Fetch',
    },
    // The scan has its result already; its end may not be published yet.
    ReadScan: { ...getItem(scansTable, '$.id'), ResultPath: '$.found', Next: 'NeedsNotification' },
    NeedsNotification: choice(
      [
        {
          And: [
            { Variable: '$.found.Item.unfinished', IsPresent: true },
            { Variable: '$.found.Item.announcement', IsPresent: true },
          ],
          Next: 'RestoreNotification',
        },
      ],
      'AlreadyEnded',
    ),
    RestoreNotification: {
      Type: 'Pass',
      Parameters: { 'detail.$': 'States.StringToJson($.found.Item.announcement.S)' },
      ResultPath: '$.announcement',
      Next: 'PublishEnd',
    },
    ExecutionAbandoned: brokenOff('$.abandoned'),
    ExecutionBroken: brokenOff('$.error.Error'),
  };
}
