import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { IngestKind } from '../../contract/ingest.ts';
import type { Limits } from './limits.ts';
import type { RowReport } from './rejects.ts';
import { createTables, type Tables } from './rollup.ts';
import type { StoredObject } from './source.ts';
import { createItemWriter, type ItemWriter } from './writer.ts';

/** The file to ingest. */
export interface IngestFile extends StoredObject {
  readonly id: string;
  readonly kind: IngestKind;
  readonly partial: boolean;
}

/** What all steps of a job work with. */
export interface Job {
  readonly client: DynamoDBClient;
  readonly s3: S3Client;
  readonly bucket: string;
  /** The table `rates`. */
  readonly table: string;
  readonly limits: Limits;
  readonly file: IngestFile;
  readonly report: RowReport;
  readonly writer: ItemWriter;
  /** Made when first asked for: files of places into an empty system need none. */
  readonly tables: () => Tables;
}

export function createJob(parts: Omit<Job, 'writer' | 'tables'>): Job {
  let tables: Tables | undefined;
  return {
    ...parts,
    writer: createItemWriter(parts.client, parts.table),
    tables: () => {
      tables ??= createTables(parts.limits.lanes);
      return tables;
    },
  };
}
