import { choice, conditionFailed, now, putEvent, type State, updateItem } from '../asl.ts';
import type { ScanDefinitionArgs } from './args.ts';
import { settle, word } from './item.ts';

/** Sets how the scan ended: its `status`, the `state` of its commit (success, failure, error), `text`, `summary` (JSON). */
function end(parts: Readonly<Record<string, string>>): State {
  return { Type: 'Pass', Parameters: parts, ResultPath: '$.end', Next: 'HasCommit' };
}

/** GitHub takes 140 characters and states cannot cut text, so a short description goes beside the reason. */
function failed(reason: Readonly<Record<string, string>>, description = 'the scan failed'): State {
  return end({ status: word('failed').S, state: 'error', ...reason, description, summary: 'null' });
}

export function brokenOff(by: string): State {
  const text = `States.Format('the scan broke off ({})', ${by})`;
  return failed({ 'reason.$': text, 'text.$': text }, 'the scan broke off');
}

const summarized = {
  'description.$': '$.summarized[0].outcome.description',
  'text.$': '$.summarized[0].outcome.text',
  'summary.$': '$.summarized[0].outcome.summary',
};

/** The states that decide how the scan ended, save it and publish it. */
export function ends({ scansTable, eventBusName, event }: ScanDefinitionArgs): Record<string, State> {
  return {
    // The summary's job knows how each scanner ended, and its `reason` names those that failed.
    IsPartial: choice(
      [{ Variable: '$.summarized[0].outcome.reason', StringEquals: '', Next: 'Completed' }],
      'Partial',
    ),
    Completed: end({
      status: word('completed').S,
      'state.$': '$.summarized[0].outcome.verdict',
      reason: '',
      ...summarized,
    }),
    Partial: end({
      status: word('partial').S,
      state: 'error',
      'reason.$': '$.summarized[0].outcome.reason',
      ...summarized,
    }),
    NotFetched: failed({ 'reason.$': '$.fetched[0].reason', 'text.$': '$.fetched[0].reason' }),
    NotSummarized: failed({ 'reason.$': '$.summarized[0].reason', 'text.$': '$.summarized[0].reason' }),
    SummaryUnreadable: failed({ reason: 'the summary left no result', text: 'the summary left no result' }),
    HasCommit: choice(
      [{ Variable: '$.fetched[0].outcome.commit', IsPresent: true, Next: 'TakeCommit' }],
      'ComposeNotification',
    ),
    TakeCommit: {
      Type: 'Pass',
      InputPath: '$.fetched[0].outcome.commit',
      ResultPath: '$.commit',
      Next: 'ComposeNotification',
    },
    ComposeNotification: {
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
      Next: 'SaveResult',
    },
    SaveResult: {
      ...settle(scansTable, {
        status: { 'S.$': '$.end.status' },
        reason: { 'S.$': '$.end.reason' },
        summary: { 'S.$': '$.end.summary' },
        commit: { 'S.$': '$.commit' },
        announcement: { 'S.$': 'States.JsonToString($.announcement.detail)' },
      }),
      Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next: 'AlreadyEnded' }],
      Next: 'PublishEnd',
    },
    PublishEnd: {
      ...putEvent(eventBusName, event, { 'Detail.$': '$.announcement.detail' }),
      Next: 'MarkNotified',
    },
    MarkNotified: {
      ...updateItem(scansTable, { set: { updated_at: now }, remove: ['unfinished'] }),
      Next: 'Finished',
    },
    Finished: { Type: 'Succeed' },
    AlreadyEnded: { Type: 'Succeed', Comment: 'Another execution has saved how the scan ended' },
  };
}
