import { ingestEvents } from '../../contract/ingest.ts';
import { choice, getItem, onError, putEvent, type State } from '../asl.ts';
import { type IngestDefinitionArgs, retraction, type Sweep, word } from './args.ts';

/** What a record lacks for which there is nothing to say: a path without a value would end the execution. */
export const emptyOutcome = {
  reason: { S: '' },
  duplicate_of: { S: '' },
  replaces: { S: '' },
  execution: { S: '' },
  version: { S: '' },
  rows_read: { N: '0' },
  rows_accepted: { N: '0' },
  rows_rejected: { N: '0' },
  retries: { N: '0' },
  requested_by: { S: '' },
  retraction_requested_at: { S: '' },
  retraction_requested_by: { S: '' },
};

/** Fields that the events of all ends have. @param item path of the ledger's record */
function fieldsOf(item: string, end: 'committed' | 'rejected' | 'retracted' | 'replaced') {
  return {
    // The same in each copy of an event, so that a receiver can tell a copy from another event.
    'announcement_id.$': `States.Format('{}/${end}/{}', ${item}.id.S, ${item}.retries.N)`,
    'ingest_id.$': `${item}.id.S`,
    state: end,
    'kind.$': `${item}.kind.S`,
    'key.$': `${item}.key.S`,
    'version.$': `${item}.version.S`,
    'execution.$': '$.execution',
    'reason.$': `${item}.reason.S`,
  };
}

const counts = () =>
  Object.fromEntries(
    ['rows_read', 'rows_accepted', 'rows_rejected'].map((name) => [
      `${name}.$`,
      `States.StringToJson($.end.outcome.${name}.N)`,
    ]),
  );

/**
 * Publishes what became of the file. A call whose answer was lost is repeated, and an execution that was aborted before it
 * has a successor that publishes instead: each end is announced at least once.
 */
export function announce({ ledgerTable, eventBusName, sweep }: IngestDefinitionArgs): Record<string, State> {
  const publish = (event: keyof typeof ingestEvents, detail: object, Next: string): State => ({
    ...putEvent(eventBusName, ingestEvents[event], { Detail: detail }),
    Catch: [onError('NotAnnounced')],
    Next,
  });
  const isState = (state: Parameters<typeof word>[0]) => ({
    Variable: '$.end.outcome.state.S',
    StringEquals: word(state).S,
  });
  const isRetraction = { Variable: '$.task', StringEquals: retraction };
  const isEmpty = (field: string) => ({ Variable: `$.end.outcome.${field}.S`, StringEquals: '' });
  const isMine = { Variable: '$.end.outcome.execution.S', StringEqualsPath: '$.execution' };
  const isCommitted = {
    // The file may have been retracted or replaced, or be about to, since its job has ended.
    Or: [
      ...(['retracting', 'retracted', 'replaced'] as const).map(isState),
      { And: [isMine, isState('committed')] },
    ],
  };
  // An execution that announces for an aborted one has chosen no size for a job.
  const isSwept = ({ kinds }: Sweep) => ({
    And: [
      { Or: kinds.map((kind) => ({ Variable: '$.end.outcome.kind.S', StringEquals: kind })) },
      { Variable: '$.class', IsPresent: true },
    ],
  });
  // Made anew for each state, since interpreters change what they are given.
  const committed = () => ({
    ...fieldsOf('$.end.outcome', 'committed'),
    ...counts(),
    'duplicate_of.$': '$.end.outcome.duplicate_of.S',
    'replaces.$': '$.end.outcome.replaces.S',
    'message.$':
      "States.Format('{}: {} rows are committed', $.end.outcome.key.S, $.end.outcome.rows_accepted.N)",
  });
  return {
    // The job may have settled the file before its execution failed or was aborted.
    ReadEnd: {
      ...getItem(ledgerTable, '$.id'),
      ResultPath: '$.found',
      Catch: [onError('LedgerUnavailable')],
      Next: 'HasRecord',
    },
    HasRecord: choice([{ Variable: '$.found.Item', IsPresent: true, Next: 'TakeOutcome' }], 'AlreadyEnded'),
    TakeOutcome: {
      Type: 'Pass',
      Parameters: { 'outcome.$': 'States.JsonMerge($.absent, $.found.Item, false)' },
      ResultPath: '$.end',
      Next: 'DecideOutcome',
    },
    DecideOutcome: choice(
      [
        { And: [isRetraction, isState('retracted')], Next: 'PublishRetracted' },
        {
          And: [
            isRetraction,
            isState('retracting'),
            { Variable: '$.end.outcome.retraction_requested_at.S', StringEqualsPath: '$.requested_at' },
          ],
          Next: 'NoOutcome',
        },
        { ...isRetraction, Next: 'AlreadyEnded' },
        {
          And: [isCommitted, { Not: isEmpty('replaces') }, isEmpty('duplicate_of')],
          Next: 'ReadReplaced',
        },
        ...(sweep === undefined
          ? []
          : [{ And: [isCommitted, isEmpty('duplicate_of'), isSwept(sweep)], Next: 'PublishAndSweep' }]),
        { ...isCommitted, Next: 'PublishCommitted' },
        { Not: isMine, Next: 'AlreadyEnded' },
        { ...isState('rejected'), Next: 'PublishRejected' },
        {
          And: [
            isState('running'),
            { Variable: '$.end.outcome.work.N', IsPresent: true },
            { Not: { Variable: '$.measured', IsPresent: true } },
          ],
          Next: 'MeasureWork',
        },
      ],
      'NoOutcome',
    ),
    PublishCommitted: publish('committed', committed(), 'Committed'),
    ...(sweep === undefined ? {} : { PublishAndSweep: publish('committed', committed(), 'WaitForReaders') }),
    PublishRejected: publish(
      'rejected',
      {
        ...fieldsOf('$.end.outcome', 'rejected'),
        ...counts(),
        'message.$': "States.Format('{} is rejected: {}', $.end.outcome.key.S, $.end.outcome.reason.S)",
      },
      'Rejected',
    ),
    PublishRetracted: publish(
      'retracted',
      {
        ...fieldsOf('$.end.outcome', 'retracted'),
        'requested_by.$': '$.end.outcome.retraction_requested_by.S',
        'message.$': "States.Format('{} is retracted: its rows no longer count', $.end.outcome.key.S)",
      },
      'Retracted',
    ),
    ReadReplaced: {
      ...getItem(ledgerTable, '$.end.outcome.replaces.S'),
      ResultPath: '$.earlier',
      Catch: [onError('NotAnnounced')],
      Next: 'TakeReplaced',
    },
    TakeReplaced: {
      Type: 'Pass',
      Parameters: { 'item.$': 'States.JsonMerge($.absent, $.earlier.Item, false)' },
      ResultPath: '$.replaced',
      Next: 'PublishReplaced',
    },
    PublishReplaced: publish(
      'replaced',
      {
        ...fieldsOf('$.replaced.item', 'replaced'),
        'replaced_by.$': '$.id',
        'requested_by.$': '$.end.outcome.requested_by.S',
        'message.$': "States.Format('{} is replaced by {}', $.replaced.item.key.S, $.end.outcome.key.S)",
      },
      'PublishCommitted',
    ),
  };
}

/** Built anew for every definition, since validators and interpreters change the states that they are given. */
export function ends(): Record<string, State> {
  return {
    Committed: { Type: 'Succeed' },
    Rejected: { Type: 'Succeed' },
    Retracted: { Type: 'Succeed' },
    NotSwept: {
      Type: 'Succeed',
      Comment: 'The file is committed; the next sweep removes what this one left',
    },
    Duplicate: { Type: 'Succeed', Comment: 'This version of the file was claimed before' },
    Ignored: { Type: 'Succeed' },
    AlreadyEnded: {
      Type: 'Succeed',
      Comment: 'Another execution has claimed the file, or the request has been carried out',
    },
    NotAnnounced: {
      Type: 'Fail',
      Error: 'IngestNotAnnounced',
      Cause: 'The ledger has the outcome, but its event could not be published: redrive this execution',
    },
    Failed: { Type: 'Fail', Error: 'IngestFailed', Cause: 'The ledger and the failure queue say why' },
  };
}
