import { choice, conditionFailed, type State, serviceRetry } from '../ingest-pipeline/states-language.ts';
import type { ScanDefinitionArgs } from './args.ts';
import { now, update, word } from './update.ts';

/** An end: `status` of the scan, `state` of the commit (success, failure, error), one line of text, the summary (JSON). */
function end(parts: Readonly<Record<string, string>>): State {
  return { Type: 'Pass', Parameters: parts, ResultPath: '$.end', Next: 'Announcement' };
}

/** GitHub takes no more than 140 characters, and states cannot cut. */
const failedDescription = 'the scan failed';

const summarized = {
  'description.$': '$.summarized[0].outcome.description',
  'text.$': '$.summarized[0].outcome.text',
  'summary.$': '$.summarized[0].outcome.summary',
};

/** Judges, saves and announces. */
export function ends({ scansTable, eventBusName, event }: ScanDefinitionArgs): Record<string, State> {
  return {
    // The summary's job has been told how each scanner ended, and gives the reasons of those that failed.
    IsPartial: choice(
      [{ Variable: '$.summarized[0].outcome.reason', StringEquals: '', Next: 'Completed' }],
      'Partial',
    ),
    Completed: end({
      status: 'completed',
      'state.$': '$.summarized[0].outcome.verdict',
      reason: '',
      ...summarized,
    }),
    Partial: end({
      status: 'partial',
      state: 'error',
      'reason.$': '$.summarized[0].outcome.reason',
      ...summarized,
    }),
    NotFetched: end({
      status: 'failed',
      state: 'error',
      'reason.$': '$.fetched[0].reason',
      'text.$': '$.fetched[0].reason',
      description: failedDescription,
      summary: 'null',
    }),
    NotSummarized: end({
      status: 'failed',
      state: 'error',
      'reason.$': '$.summarized[0].reason',
      'text.$': '$.summarized[0].reason',
      description: failedDescription,
      summary: 'null',
    }),
    Unreadable: end({
      status: 'failed',
      state: 'error',
      reason: 'the summary left no result',
      text: 'the summary left no result',
      description: failedDescription,
      summary: 'null',
    }),
    Announcement: choice(
      [{ Variable: '$.fetched[0].outcome.commit', IsPresent: true, Next: 'Commit' }],
      'Announce',
    ),
    Commit: {
      Type: 'Pass',
      InputPath: '$.fetched[0].outcome.commit',
      ResultPath: '$.commit',
      Next: 'Announce',
    },
    Announce: {
      Type: 'Pass',
      Parameters: {
        detail: {
          'scan_id.$': '$.id',
          'status.$': '$.end.status',
          'state.$': '$.end.state',
          'repository_url.$': '$.repository_url',
          'ref.$': '$.ref',
          'commit.$': '$.commit',
          'host.$': '$.host',
          'owner.$': '$.owner',
          'name.$': '$.name',
          'description.$': '$.end.description',
          'message.$':
            "States.Format('Scan {}: {} ({}, {}): {}', $.end.status, $.repository_url, $.ref, $.commit, $.end.text)",
        },
      },
      ResultPath: '$.announcement',
      Next: 'Save',
    },
    // The condition admits our own end because the reply to the first try may have been lost.
    Save: {
      ...update(scansTable, {
        values: {
          status: { 'S.$': '$.end.status' },
          reason: { 'S.$': '$.end.reason' },
          summary: { 'S.$': '$.end.summary' },
          commit: { 'S.$': '$.commit' },
          announcement: { 'S.$': 'States.JsonToString($.announcement.detail)' },
          updated_at: now,
        },
        condition:
          '(attribute_not_exists(#execution) OR #execution = :execution) AND #status IN (:queued, :running, :status)',
        more: { execution: { 'S.$': '$.execution' }, queued: word('queued'), running: word('running') },
        names: { '#execution': 'execution' },
      }),
      Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next: 'Settled' }],
      Next: 'Notify',
    },
    Notify: {
      Type: 'Task',
      Resource: 'arn:aws:states:::events:putEvents',
      Parameters: {
        Entries: [
          {
            EventBusName: eventBusName,
            Source: event.source,
            DetailType: event.detailType,
            'Detail.$': '$.announcement.detail',
          },
        ],
      },
      ResultPath: null,
      Retry: serviceRetry,
      Next: 'Finish',
    },
    Finish: {
      ...update(scansTable, { values: { updated_at: now }, remove: ['unfinished'] }),
      Next: 'Finished',
    },
    Finished: { Type: 'Succeed' },
    Settled: { Type: 'Succeed', Comment: 'Another execution has brought the scan to its end' },
  };
}
