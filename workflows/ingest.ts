import { ingestListing, retractionSource } from '../contract/ingest.ts';
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
import { announce, emptyOutcome, ends } from './ingest/ends.ts';
import { retract } from './ingest/retract.ts';
import { fail, run } from './ingest/run.ts';

export type { IngestDefinitionArgs, JobVariables, SizeClass } from './ingest/args.ts';

/**
 * A year, the longest that Step Functions keeps an execution. A file waits until the files before it are done, so that a
 * shorter time would fail the files at the end of a long queue. No execution hangs for a year because of its job: a job
 * that runs too long is killed, a job that can never start is cancelled by its queue, and both count as failed attempts.
 */
const timeoutSeconds = 365 * 24 * 3600;

/**
 * The state machine that takes one file from its arrival to its outcome, or retracts it, in the Amazon States Language
 * (JSONPath). Cloud and laptop execute this same definition. It is a pure function of names, so that it can be tested and
 * read without any infrastructure.
 *
 * Its input is S3's `Object Created` event, a caller's request for a retraction in the same form (`retractionSource`), or
 * the `Execution Status Change` event of an earlier execution of this machine that was aborted or timed out. State machine
 * and jobs share these attributes of the file's ledger record:
 *
 * - `id`, `key`, `version` (the ETag), `size`, `kind`, `partial`: which file this is
 * - `execution`: the execution that claimed it
 * - `retraction_requested_at`: when its retraction was requested; it names the request
 * - `state`: one of `ingestStates`
 * - `work`: bytes of work that the job has measured, when it needs a larger size class than its file's
 */
export function ingestDefinition(args: IngestDefinitionArgs): Definition {
  return {
    Comment: 'Ingests or retracts one file: claim, run the job by size, announce the outcome',
    StartAt: 'WhichEvent',
    TimeoutSeconds: timeoutSeconds,
    States: {
      ...identify(args),
      ...claim(args),
      ...retract(args),
      ...run(args),
      ...announce(args),
      ...fail(args),
      ...ends(),
    },
  };
}

/** Id of a file that was put into the bucket directly: the upload route has created no record for it. */
const versionHash =
  "States.Hash(States.Format('{}/{}', $.event.detail.object.key, $.event.detail.object.etag), 'SHA-256')";

/** Attributes that every record has from its first write on. */
const created = {
  updated_at: now,
  created_at: now,
  listing: { S: ingestListing },
  partial: { BOOL: false },
  retries: { N: '0' },
};
/** Those of `created` that keep their values where the upload route has created the record. */
const createdOnce = ['created_at', 'listing', 'partial', 'retries'];

/** Finds out which file the event is about and which record in the ledger belongs to it. */
function identify({ ledgerTable, prefix, kinds }: IngestDefinitionArgs): Record<string, State> {
  return {
    WhichEvent: choice(
      [
        { Variable: '$.source', StringEquals: 'aws.states', Next: 'AbandonedExecution' },
        { Variable: '$.source', StringEquals: retractionSource, Next: 'NewRetraction' },
      ],
      'NewFile',
    ),
    NewFile: {
      Type: 'Pass',
      Parameters: {
        'event.$': '$',
        'execution.$': '$$.Execution.Id',
        abandoned: false,
        task: 'ingest',
        id: 'unknown',
        error: { Error: 'None' },
        absent: emptyOutcome,
      },
      Next: 'CheckKey',
    },
    AbandonedExecution: {
      Type: 'Pass',
      Comment: 'An earlier execution was aborted or timed out, and its file is still claimed',
      Parameters: {
        'event.$': 'States.StringToJson($.detail.input)',
        'execution.$': '$.detail.executionArn',
        abandoned: true,
        task: 'ingest',
        id: 'unknown',
        error: { 'Error.$': "States.Format('Execution {}', $.detail.status)" },
        absent: emptyOutcome,
      },
      Next: 'WhatWasAbandoned',
    },
    WhatWasAbandoned: choice(
      [{ Variable: '$.event.source', StringEquals: retractionSource, Next: 'TakeRetraction' }],
      'CheckKey',
    ),
    CheckKey: choice(
      [
        // Consoles make "folders" that are empty objects.
        { Variable: '$.event.detail.object.key', StringMatches: '*/', Next: 'Ignored' },
        ...kinds.map((kind) => ({
          Variable: '$.event.detail.object.key',
          StringMatches: `${prefix}${kind}/*`,
          Next: 'ReadKey',
        })),
      ],
      'MarkRejected',
    ),
    MarkRejected: {
      ...updateItem(ledgerTable, {
        id: versionHash,
        set: {
          ...created,
          key: { 'S.$': '$.event.detail.object.key' },
          version: { 'S.$': '$.event.detail.object.etag' },
          kind: { S: 'unknown' },
          execution: { 'S.$': '$.execution' },
          state: word('rejected'),
          reason: {
            S: `files are ingested from ${kinds.map((kind) => `${prefix}${kind}/`).join(', ')} only`,
          },
        },
        keep: createdOnce,
        returnItem: true,
      }),
      ResultSelector: { 'Item.$': '$.Attributes' },
      ResultPath: '$.found',
      Catch: [onError('LedgerUnavailable')],
      Next: 'TakeMisplaced',
    },
    TakeMisplaced: { Type: 'Pass', InputPath: '$.found.Item.id.S', ResultPath: '$.id', Next: 'TakeOutcome' },
    ReadKey: {
      Type: 'Pass',
      Parameters: {
        'key.$': '$.event.detail.object.key',
        'version.$': '$.event.detail.object.etag',
        'size.$': '$.event.detail.object.size',
        'kind.$': "States.ArrayGetItem(States.StringSplit($.event.detail.object.key, '/'), 1)",
        'expected.$': "States.ArrayGetItem(States.StringSplit($.event.detail.object.key, '/'), 2)",
        'own.$': versionHash,
      },
      ResultPath: '$.file',
      Next: 'FindRecord',
    },
    FindRecord: {
      ...getItem(ledgerTable, '$.file.expected'),
      ResultPath: '$.found',
      Catch: [onError('LedgerUnavailable')],
      Next: 'HasUploadRecord',
    },
    // A record that the upload route created belongs to the first version that arrives at its key. Any other object,
    // and any later version at the same key, gets a record of its own.
    HasUploadRecord: choice(
      [
        {
          And: [
            { Variable: '$.found.Item', IsPresent: true },
            { Variable: '$.found.Item.key.S', StringEqualsPath: '$.file.key' },
            // `IsPresent: false` would say the same, but the laptop's interpreter never matches it.
            { Not: { Variable: '$.found.Item.version', IsPresent: true } },
          ],
          Next: 'UseUploadRecord',
        },
        {
          And: [
            { Variable: '$.found.Item', IsPresent: true },
            { Variable: '$.found.Item.key.S', StringEqualsPath: '$.file.key' },
            { Variable: '$.found.Item.version.S', StringEqualsPath: '$.file.version' },
          ],
          Next: 'UseUploadRecord',
        },
      ],
      'UseOwnRecord',
    ),
    UseUploadRecord: { Type: 'Pass', InputPath: '$.file.expected', ResultPath: '$.id', Next: 'IsAbandoned' },
    UseOwnRecord: { Type: 'Pass', InputPath: '$.file.own', ResultPath: '$.id', Next: 'IsAbandoned' },
    IsAbandoned: choice([{ Variable: '$.abandoned', BooleanEquals: true, Next: 'MarkFailed' }], 'Claim'),
  };
}

/**
 * EventBridge may deliver an event twice: the execution that writes its name into the record first gets the file. When
 * the reply to that write was lost, the retry finds its own name there, and `execution = :execution` lets it pass.
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
        // The record of a file that never arrives is deleted at this time; this file has arrived.
        remove: ['delete_after'],
        condition:
          'attribute_not_exists(id) OR #execution = :execution OR (attribute_not_exists(#execution) AND ' +
          '#state IN (:state, :awaiting) AND (attribute_not_exists(#version) OR #version = :version))',
        values: { awaiting: word('awaiting_upload') },
        returnItem: true,
      }),
      ResultSelector: { 'partial.$': 'States.JsonToString($.Attributes.partial.BOOL)' },
      ResultPath: '$.record',
      Catch: [
        { ErrorEquals: [conditionFailed], ResultPath: null, Next: 'ReadClaim' },
        onError('LedgerUnavailable'),
      ],
      Next: 'ChooseSize',
    },
    // Either this version was claimed before, or another version at the same key was claimed first.
    ReadClaim: {
      ...getItem(ledgerTable, '$.id'),
      ResultPath: '$.found',
      Catch: [onError('LedgerUnavailable')],
      Next: 'IsDuplicate',
    },
    IsDuplicate: choice(
      [{ Variable: '$.found.Item.version.S', StringEqualsPath: '$.file.version', Next: 'Duplicate' }],
      'UseOwnRecord',
    ),
    ChooseSize: chooseSize(sizeClasses),
    ...Object.fromEntries(
      sizeClasses.map(({ name, maxBytes, vcpu, memoryMiB, timeoutSeconds }) => [
        name,
        {
          Type: 'Pass',
          Result: {
            vcpu: String(vcpu),
            memory: String(memoryMiB),
            timeout: timeoutSeconds,
            bytes: String(maxBytes),
          },
          ResultPath: '$.class',
          Next: 'RunJob',
        },
      ]),
    ),
  };
}

/** AWS refuses a choice without rules, so a single class is no choice. */
function chooseSize(sizeClasses: readonly SizeClass[]): State {
  const { name } = sizeClasses.at(-1) as SizeClass;
  if (sizeClasses.length === 1) return { Type: 'Pass', Next: name };
  const rules = sizeClasses.slice(0, -1).map(({ name: smaller, maxBytes }) => ({
    Variable: '$.file.size',
    NumericLessThanEquals: maxBytes,
    Next: smaller,
  }));
  return choice(rules, name);
}
