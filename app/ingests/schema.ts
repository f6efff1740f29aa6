import { Type } from 'typebox';
import { ingestStates } from '../../contract/ingest.ts';
import type { Ingest } from '../../data/ledger/ingest.ts';
import { Cursor, Limit, Timestamp } from '../schema.ts';

/** Ids of files come from the upload route or from the state machine; see contract/ingest.ts. */
export const IngestId = Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' });
export const IngestParams = Type.Object({ id: IngestId });

const states = [
  '`committed`: the rows of a file of prices count, unless it is a duplicate',
  '`rejected` and `failed`: none count',
  '`retracting`: they count until they are gone, all at once',
  '`retracted` and `replaced`: they no longer count',
].join('; ');
const caller = 'the address, where it is known, and the id of the request in the log';

const Rows = (description: string) => Type.Integer({ description });

export const IngestSchema = Type.Object({
  id: Type.String(),
  file_name: Type.String(),
  kind: Type.String(),
  key: Type.String({ description: 'Key of the object' }),
  size: Type.Integer({ description: 'In bytes' }),
  partial: Type.Boolean(),
  complete: Type.Optional(Type.Boolean({ description: 'Ports or regions that the file does not name go' })),
  replaces: Type.Optional(Type.String({ description: 'Id of the file whose rows this one is to replace' })),
  state: Type.Enum([...ingestStates], { description: states }),
  rows_read: Rows('Data rows so far; accepted + rejected'),
  rows_accepted: Rows('Rows that passed the checks; visible only once the state is committed'),
  rows_rejected: Rows('Rows that failed a check'),
  reason: Type.Optional(
    Type.String({ description: 'Why the file was rejected or failed, or was not retracted' }),
  ),
  rejects_key: Type.Optional(Type.String({ description: 'Key of the rejected rows, NDJSON' })),
  rejects_url: Type.Optional(
    Type.String({
      description:
        'URL from which the rejected rows can be downloaded for an hour; only in the answer for one file',
    }),
  ),
  duplicate_of: Type.Optional(
    Type.String({ description: 'Id of the earlier file with the same content, whose rows count' }),
  ),
  batch: Type.Optional(Type.String()),
  requested_by: Type.Optional(Type.String({ description: `Who created the upload: ${caller}` })),
  retraction_requested_by: Type.Optional(
    Type.String({ description: `Who asked for the latest retraction: ${caller}` }),
  ),
  retraction_requested_at: Type.Optional(Timestamp),
  replaced_by: Type.Optional(Type.String({ description: 'Id of the file that replaced this one' })),
  ended_at: Type.Optional({ ...Timestamp, description: 'When the rows stopped counting' }),
  retries: Type.Integer(),
  created_at: Timestamp,
  updated_at: Timestamp,
});

export const IngestListSchema = Type.Object({
  items: Type.Array(IngestSchema, { description: 'Newest first' }),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
});

export const IngestListQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum([...ingestStates])),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  { additionalProperties: false },
);

/** The public part of an ingest. */
export function toBody(ingest: Ingest) {
  const {
    execution: _execution,
    version: _version,
    upload_id: _uploadId,
    retry: _retry,
    work: _work,
    ...body
  } = ingest;
  return body;
}
