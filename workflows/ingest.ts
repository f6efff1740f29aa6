import { ingestListing } from '../contract/ingest.ts';
import {
  choice,
  conditionFailed,
  type Definition,
  getItem,
  now,
  onError,
  type State,
  updateItem,
} from './asl.ts';
import { type IngestDefinitionArgs, type SizeClass, word } from './ingest/args.ts';
import { ends, fail, run } from './ingest/run.ts';

export type { IngestDefinitionArgs, JobVariables, SizeClass } from './ingest/args.ts';

/**
 * A year, the longest that Step Functions keeps an execution: a file waits as long as the files before it take, and a
 * shorter time would fail the end of a long queue. What cannot go on ends by itself all the same: an attempt that runs
 * too long is killed, and a job that can never be placed is cancelled by its queue and counts as a failed attempt.
 */
const timeoutSeconds = 365 * 24 * 3600;

/**
 * The state machine that takes one file from its arrival to its outcome, in the Amazon States Language (JSONPath).
 * Cloud and laptop execute this same definition. It is a pure function of names, so that it can be tested and read
 * without any infrastructure.
 *
 * Its input is S3's `Object Created` event, or the `Execution Status Change` event of an execution of its own that was
 * aborted or timed out. Its jobs keep a record of each file in the ledger; what they share is
 *
 * - `id`, `key`, `version` (the ETag), `size`, `kind`, `partial`: which file this is
 * - `execution`: who claimed it
 * - `state`: awaiting_upload, queued, running, committed, rejected or failed
 */
export function ingestDefinition(args: IngestDefinitionArgs): Definition {
  return {
    Comment: 'Ingests one file: claim, run the job by size, record the outcome',
    StartAt: 'Event',
    TimeoutSeconds: timeoutSeconds,
    States: { ...identify(args), ...claim(args), ...run(args), ...fail(args), ...ends() },
  };
}

/** Id of a file that no record was announced for. */
const versionHash =
  "States.Hash(States.Format('{}/{}', $.event.detail.object.key, $.event.detail.object.etag), 'SHA-256')";

/** What a record has from its beginning. */
const created = {
  updated_at: now,
  created_at: now,
  listing: { S: ingestListing },
  partial: { BOOL: false },
  retries: { N: '0' },
};
/** Of these, what the upload route has written for its own. */
const createdOnce = ['created_at', 'listing', 'partial', 'retries'];

/** Finds out which file the event is about and which record of the ledger is its own. */
function identify({ ledgerTable, prefix, kinds }: IngestDefinitionArgs): Record<string, State> {
  return {
    Event: choice([{ Variable: '$.source', StringEquals: 'aws.states', Next: 'Abandoned' }], 'Received'),
    Received: {
      Type: 'Pass',
      Parameters: {
        'event.$': '$',
        'execution.$': '$$.Execution.Id',
        abandoned: false,
        id: 'unknown',
        error: { Error: 'None' },
      },
      Next: 'Place',
    },
    Abandoned: {
      Type: 'Pass',
      Comment: 'An execution ended without the chance to give up its claim',
      Parameters: {
        'event.$': 'States.StringToJson($.detail.input)',
        'execution.$': '$.detail.executionArn',
        abandoned: true,
        id: 'unknown',
        error: { 'Error.$': "States.Format('Execution {}', $.detail.status)" },
      },
      Next: 'Place',
    },
    Place: choice(
      [
        // Consoles make "folders" that are empty objects.
        { Variable: '$.event.detail.object.key', StringMatches: '*/', Next: 'Ignored' },
        ...kinds.map((kind) => ({
          Variable: '$.event.detail.object.key',
          StringMatches: `${prefix}${kind}/*`,
          Next: 'Name',
        })),
      ],
      'Misplaced',
    ),
    Misplaced: {
      ...updateItem(ledgerTable, {
        id: versionHash,
        set: {
          ...created,
          key: { 'S.$': '$.event.detail.object.key' },
          version: { 'S.$': '$.event.detail.object.etag' },
          kind: { S: 'unknown' },
          state: word('rejected'),
          reason: {
            S: `files are ingested from ${kinds.map((kind) => `${prefix}${kind}/`).join(', ')} only`,
          },
        },
        keep: createdOnce,
        returnItem: true,
      }),
      ResultPath: null,
      Catch: [onError('Unmarked')],
      Next: 'Rejected',
    },
    Name: {
      Type: 'Pass',
      Parameters: {
        'key.$': '$.event.detail.object.key',
        'version.$': '$.event.detail.object.etag',
        'size.$': '$.event.detail.object.size',
        'kind.$': "States.ArrayGetItem(States.StringSplit($.event.detail.object.key, '/'), 1)",
        'announced.$': "States.ArrayGetItem(States.StringSplit($.event.detail.object.key, '/'), 2)",
        'direct.$': versionHash,
      },
      ResultPath: '$.file',
      Next: 'Find',
    },
    Find: {
      ...getItem(ledgerTable, '$.file.announced'),
      ResultPath: '$.found',
      Catch: [onError('Unmarked')],
      Next: 'IsAnnounced',
    },
    // A record announced by the upload route belongs to the first version that arrives at its key. Every other
    // object, another version included, has a record of its own.
    IsAnnounced: choice(
      [
        {
          And: [
            { Variable: '$.found.Item', IsPresent: true },
            { Variable: '$.found.Item.key.S', StringEqualsPath: '$.file.key' },
            // Not "IsPresent: false", which the laptop's interpreter takes for a rule that never holds.
            { Not: { Variable: '$.found.Item.version', IsPresent: true } },
          ],
          Next: 'Announced',
        },
        {
          And: [
            { Variable: '$.found.Item', IsPresent: true },
            { Variable: '$.found.Item.key.S', StringEqualsPath: '$.file.key' },
            { Variable: '$.found.Item.version.S', StringEqualsPath: '$.file.version' },
          ],
          Next: 'Announced',
        },
      ],
      'Direct',
    ),
    Announced: { Type: 'Pass', InputPath: '$.file.announced', ResultPath: '$.id', Next: 'IsAbandoned' },
    Direct: { Type: 'Pass', InputPath: '$.file.direct', ResultPath: '$.id', Next: 'IsAbandoned' },
    IsAbandoned: choice([{ Variable: '$.abandoned', BooleanEquals: true, Next: 'MarkFailed' }], 'Claim'),
  };
}

/**
 * Events come at least once, so the execution that writes its name on the record first gets the file. A claim whose reply was
 * lost finds its own name there, hence `execution = :execution`.
 */
function claim({ ledgerTable, sizeClasses }: IngestDefinitionArgs): Record<string, State> {
  return {
    Claim: {
      ...updateItem(ledgerTable, {
        set: {
          ...created,
          key: { 'S.$': '$.file.key' },
          kind: { 'S.$': '$.file.kind' },
          version: { 'S.$': '$.file.version' },
          size: { 'N.$': "States.Format('{}', $.file.size)" },
          state: word('queued'),
          execution: { 'S.$': '$.execution' },
        },
        keep: createdOnce,
        // Announced files that never arrive are deleted in time; this one did.
        remove: ['delete_after'],
        condition:
          'attribute_not_exists(id) OR #execution = :execution OR (attribute_not_exists(#execution) AND ' +
          '#state IN (:state, :awaiting) AND (attribute_not_exists(#version) OR #version = :version))',
        values: { awaiting: word('awaiting_upload') },
        returnItem: true,
      }),
      ResultSelector: { 'partial.$': 'States.JsonToString($.Attributes.partial.BOOL)' },
      ResultPath: '$.record',
      Catch: [{ ErrorEquals: [conditionFailed], ResultPath: null, Next: 'Look' }, onError('Unmarked')],
      Next: 'SizeClass',
    },
    // Either this very version was claimed before, or two versions arrived at once and the other one was faster.
    Look: {
      ...getItem(ledgerTable, '$.id'),
      ResultPath: '$.found',
      Catch: [onError('Unmarked')],
      Next: 'IsDuplicate',
    },
    IsDuplicate: choice(
      [{ Variable: '$.found.Item.version.S', StringEqualsPath: '$.file.version', Next: 'Duplicate' }],
      'Direct',
    ),
    SizeClass: choice(
      sizeClasses.slice(0, -1).map(({ name, maxBytes }) => ({
        Variable: '$.file.size',
        NumericLessThanEquals: maxBytes,
        Next: name,
      })),
      (sizeClasses.at(-1) as SizeClass).name,
    ),
    ...Object.fromEntries(
      sizeClasses.map(({ name, vcpu, memoryMiB, timeoutSeconds }) => [
        name,
        {
          Type: 'Pass',
          Result: { vcpu: String(vcpu), memory: String(memoryMiB), timeout: timeoutSeconds },
          ResultPath: '$.class',
          Next: 'RunJob',
        },
      ]),
    ),
  };
}
