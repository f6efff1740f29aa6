import { Type } from 'typebox';
import { ingestKinds } from '../../contract/ingest.ts';
import { IngestId } from '../ingests/schema.ts';
import { Timestamp } from '../schema.ts';
import { maxParts, maxUploadSize } from './parts.ts';

/** Names that people give files, without characters that a path, a shell or another system gives a meaning. */
export const FileName = Type.String({
  pattern: '^[A-Za-z0-9_][A-Za-z0-9_ .,()+@=-]{0,127}$',
  description: 'A file name without its folder: at most 128 of `A-Z a-z 0-9 _ . , ( ) + @ = -` and space',
});

export const NewUpload = Type.Object(
  {
    kind: Type.Enum([...ingestKinds], { description: 'What the rows of the file are' }),
    file_name: FileName,
    size: Type.Integer({ minimum: 0, maximum: maxUploadSize, description: 'In bytes, at most 100 GiB' }),
    partial: Type.Optional(
      Type.Boolean({ description: 'Commit the good rows although others are bad; false unless set' }),
    ),
    replaces: Type.Optional({
      ...IngestId,
      description:
        'Id of a committed file of prices whose rows this one is to replace, in one step. For files of prices only',
    }),
    complete: Type.Optional(
      Type.Boolean({
        description:
          'The file names all ports or all regions: others go, unless prices use them. Without it a file adds and ' +
          'changes only. Not for files of prices',
      }),
    ),
  },
  { additionalProperties: false },
);

const Url = Type.String({
  description: 'Needs no further credentials, and takes a body of exactly the size that was named for it',
});

export const UploadSchema = Type.Object({
  ingest_id: Type.String(),
  key: Type.String(),
  method: Type.Literal('PUT'),
  headers: Type.Record(Type.String(), Type.String(), { description: 'To be sent with every PUT' }),
  expires_at: Timestamp,
  renew_url: Type.String({ description: 'Path on this API: POST to it for new URLs, with the API key' }),
  upload_url: Type.Optional(Url),
  part_size: Type.Optional(Type.Integer({ description: 'Bytes of every part but the last' })),
  part_urls: Type.Optional(Type.Array(Url, { description: 'Above 8 MiB: one URL a part, in order' })),
  complete_url: Type.Optional(
    Type.String({ description: 'Path on this API: POST the ETags of the parts to it, with the API key' }),
  ),
});

const PartNumber = Type.Integer({ minimum: 1, maximum: 10_000 });

export const NewUrls = Type.Object(
  {
    parts: Type.Optional(
      Type.Array(PartNumber, {
        minItems: 1,
        maxItems: maxParts,
        uniqueItems: true,
        description: 'Numbers of the parts whose URLs are to be renewed',
      }),
    ),
  },
  { additionalProperties: false },
);

export const UrlsSchema = Type.Object({
  ingest_id: Type.String(),
  method: Type.Literal('PUT'),
  headers: Type.Record(Type.String(), Type.String(), { description: 'To be sent with every PUT' }),
  expires_at: Timestamp,
  upload_url: Type.Optional(Url),
  parts: Type.Optional(
    Type.Array(Type.Object({ part_number: Type.Integer(), upload_url: Url }), {
      description: 'For an upload in parts: one entry for each part that was asked for',
    }),
  ),
});

export const CompletedParts = Type.Object(
  {
    parts: Type.Array(
      Type.Object(
        {
          part_number: PartNumber,
          etag: Type.String({
            pattern: '^"?[A-Za-z0-9-]{1,128}"?$',
            description: 'The ETag that S3 answered to the PUT',
          }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 10_000 },
    ),
  },
  { additionalProperties: false },
);
