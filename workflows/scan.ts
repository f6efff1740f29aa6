import { outputPrefix } from '../contract/scans.ts';
import { choice, conditionFailed, type Definition, getItem, type State } from './asl.ts';
import type { ScanDefinitionArgs } from './scan/args.ts';
import { brokenOff, ends } from './scan/ends.ts';
import { start } from './scan/item.ts';
import { jobsOf } from './scan/steps.ts';

export type { ScanDefinitionArgs } from './scan/args.ts';

/** Three hours: all jobs at their time limits, and a queue before each. */
const timeoutSeconds = 3 * 3600;

/**
 * The state machine that carries out a scan, in the Amazon States Language (JSONPath): fetch → every scanner, each of
 * which may fail alone → summary → save → notify. Cloud and laptop execute this same definition; it is a pure function
 * of names. An execution is named like its scan, so that a scan that is started twice runs once.
 *
 * Its input is `{scan_id, repository_url, ref, host, owner, name}`, or the `Execution Status Change` event of an
 * execution of its own that was aborted, timed out or broke off. A scan's item has the attribute `unfinished` until its
 * end has been announced; executing it again takes it up wherever it was.
 */
export function scanDefinition(args: ScanDefinitionArgs): Definition {
  const { concurrency = 4 } = args;
  return {
    Comment: 'Carries out one scan: fetch, scan, summarize, save, notify',
    StartAt: 'Event',
    TimeoutSeconds: timeoutSeconds,
    States: {
      ...begin(args),
      ...jobsOf(args, {
        name: 'Fetch',
        part: 'fetch',
        arguments: { 'repository_url.$': '$.repository_url', 'ref.$': '$.ref' },
        resultPath: '$.fetched',
        next: 'Fetched',
      }),
      Fetched: choice(
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
        next: 'Summarized',
      }),
      Summarized: choice(
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
        'Unreadable',
      ),
      ...ends(args),
    },
  };
}

function begin({ scansTable }: ScanDefinitionArgs): Record<string, State> {
  return {
    Event: choice([{ Variable: '$.source', IsPresent: true, Next: 'Abandoned' }], 'Received'),
    Received: {
      Type: 'Pass',
      Parameters: {
        'input.$': '$',
        'execution.$': '$$.Execution.Id',
        abandoned: 'no',
      },
      Next: 'Name',
    },
    Abandoned: {
      Type: 'Pass',
      Comment: 'An execution ended without the chance to say so',
      Parameters: {
        'input.$': 'States.StringToJson($.detail.input)',
        'execution.$': '$.detail.executionArn',
        'abandoned.$': '$.detail.status',
      },
      Next: 'Name',
    },
    Name: {
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
    IsAbandoned: choice([{ Variable: '$.abandoned', StringEquals: 'no', Next: 'Start' }], 'GivenUp'),
    Start: {
      ...start(scansTable),
      Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next: 'Find' }],
      Next: 'Fetch',
    },
    // The scan has its result; whether people heard of it is another question.
    Find: { ...getItem(scansTable, '$.id'), ResultPath: '$.found', Next: 'IsAnnounced' },
    IsAnnounced: choice(
      [
        {
          And: [
            { Variable: '$.found.Item.unfinished', IsPresent: true },
            { Variable: '$.found.Item.announcement', IsPresent: true },
          ],
          Next: 'Recall',
        },
      ],
      'Settled',
    ),
    Recall: {
      Type: 'Pass',
      Parameters: { 'detail.$': 'States.StringToJson($.found.Item.announcement.S)' },
      ResultPath: '$.announcement',
      Next: 'Notify',
    },
    GivenUp: brokenOff('$.abandoned'),
    Broken: brokenOff('$.error.Error'),
  };
}
