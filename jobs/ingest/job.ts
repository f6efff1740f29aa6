import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { IngestKind } from '../../contract/ingest.ts';
import { createRatesTable, type RatesTable } from '../../data/rates/table.ts';
import type { ObjectVersion } from '../../data/s3/client.ts';
import { type Commits, createCommits } from './commit.ts';
import type { Limits } from './limits.ts';
import type { RowReport } from './rejects.ts';
import { createTables, type Tables } from './rollup.ts';
import { createItemWriter, type ItemWriter } from './writer.ts';

/** The file to ingest. */
export interface IngestFile extends ObjectVersion {
  readonly id: string;
  readonly kind: IngestKind;
  readonly partial: boolean;
}

/** The file, the clients and the limits that the steps of a job share. */
export interface Job {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly rates: RatesTable;
  readonly commits: Commits;
  readonly limits: Limits;
  readonly file: IngestFile;
  readonly report: RowReport;
  readonly writer: ItemWriter;
  /** Made at the first call: a file of locations needs none as long as there are no batches. */
  readonly tables: () => Tables;
}

type Parts = Omit<Job, 'rates' | 'commits' | 'writer' | 'tables'>;

/** @param ratesTable name of the table `rates` */
export function createJob(client: DynamoDBClient, ratesTable: string, parts: Parts): Job {
  let tables: Tables | undefined;
  return {
    ...parts,
    rates: createRatesTable(client, ratesTable),
    commits: createCommits(client, ratesTable),
    writer: createItemWriter(client, ratesTable),
    tables: () => {
      tables ??= createTables(parts.limits.lanes);
      return tables;
    },
  };
}
