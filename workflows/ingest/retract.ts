import { choice, conditionFailed, now, onError, type State, updateItem } from '../asl.ts';
import { type IngestDefinitionArgs, retraction, word } from './args.ts';
import { emptyOutcome } from './ends.ts';

/** The file waits for the retraction that this execution is about, and no other execution has begun it. */
const isRequested = '#state = :retracting AND #requested_at = :requested_at';
const isUnclaimed = '(attribute_not_exists(#execution) OR #execution = :execution)';
const request = {
  values: { retracting: word('retracting'), requested_at: { 'S.$': '$.requested_at' } },
  names: {
    '#state': 'state',
    '#execution': 'execution',
    '#requested_at': 'retraction_requested_at',
  },
};

/**
 * A retraction of a committed file. The service has written the request into the ledger before it started this execution,
 * whose name comes from the file and the time of the request; so each request has one execution, however often it is
 * started.
 */
export function retract({ ledgerTable }: IngestDefinitionArgs): Record<string, State> {
  return {
    NewRetraction: {
      Type: 'Pass',
      Parameters: {
        'event.$': '$',
        'execution.$': '$$.Execution.Id',
        abandoned: false,
        error: { Error: 'None' },
      },
      Next: 'TakeRetraction',
    },
    TakeRetraction: {
      Type: 'Pass',
      Parameters: {
        'event.$': '$.event',
        'execution.$': '$.execution',
        'abandoned.$': '$.abandoned',
        'error.$': '$.error',
        task: retraction,
        absent: emptyOutcome,
        'id.$': '$.event.detail.ingest_id',
        'requested_at.$': '$.event.detail.requested_at',
        record: { partial: 'false' },
        file: {
          'key.$': '$.event.detail.object.key',
          'version.$': '$.event.detail.object.etag',
          'size.$': '$.event.detail.object.size',
          kind: retraction,
        },
      },
      Next: 'IsRetractionAbandoned',
    },
    IsRetractionAbandoned: choice(
      [{ Variable: '$.abandoned', BooleanEquals: true, Next: 'MarkRetractionFailed' }],
      'ClaimRetraction',
    ),
    ClaimRetraction: {
      ...updateItem(ledgerTable, {
        set: { updated_at: now, execution: { 'S.$': '$.execution' } },
        condition: `${isRequested} AND ${isUnclaimed}`,
        ...request,
      }),
      Catch: [
        // The file has been retracted or replaced, or this request has failed already.
        { ErrorEquals: [conditionFailed], ResultPath: null, Next: 'AlreadyEnded' },
        onError('LedgerUnavailable'),
      ],
      Next: 'ChooseSize',
    },
    // The file stays committed, from which the caller may request its retraction once more.
    MarkRetractionFailed: {
      ...updateItem(ledgerTable, {
        set: {
          updated_at: now,
          state: word('committed'),
          reason: {
            'S.$': "States.Format('its retraction came to no result ({}); request it again', $.error.Error)",
          },
        },
        keep: ['reason'],
        // The reply to the first write may be lost, so a file that this execution has marked already is admitted too.
        condition: `(${isRequested} AND ${isUnclaimed}) OR (#state = :state AND #execution = :execution)`,
        ...request,
        values: { ...request.values, execution: { 'S.$': '$.execution' } },
        returnItem: true,
      }),
      ResultSelector: { 'reason.$': '$.Attributes.reason.S', 'retries.$': '$.Attributes.retries.N' },
      ResultPath: '$.failure',
      Catch: [
        { ErrorEquals: [conditionFailed], ResultPath: null, Next: 'ReadEnd' },
        onError('LedgerUnavailable'),
      ],
      Next: 'EnqueueFailure',
    },
  };
}
