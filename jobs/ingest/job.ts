import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { IngestKind } from '../../contract/ingest.ts';
import { createLedger, type Ledger } from '../../data/ledger/ledger.ts';
import { type FileUpdate, fileUpdate } from '../../data/ledger/update.ts';
import { createRatesTable, type RatesTable } from '../../data/rates/table.ts';
import type { ObjectVersion } from '../../data/s3/client.ts';
import { type Commits, createCommits } from './commit.ts';
import { LaneTable } from './lane-table.ts';
import type { Limits } from './limits.ts';
import type { RowReport } from './rejects.ts';
import { createRollupObjects, type RollupObjects } from './rollup-objects.ts';
import { createItemWriter, type ItemWriter } from './writer.ts';

/** The file to ingest. */
export interface IngestFile extends ObjectVersion {
  readonly id: string;
  readonly kind: IngestKind;
  readonly partial: boolean;
  /** Ports and regions: whether those that the file does not name go. */
  readonly complete?: boolean | undefined;
  /** Id of the file that this one replaces. */
  readonly replaces?: string | undefined;
}

/** The file, the clients and the limits that the steps of a job share. */
export interface Job {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly rates: RatesTable;
  readonly commits: Commits;
  readonly rollups: RollupObjects;
  readonly ledger: Ledger;
  /** A write of the ledger, for a transaction. */
  readonly ledgerWrite: (update: FileUpdate) => { readonly Update: ReturnType<typeof fileUpdate> };
  readonly limits: Limits;
  readonly file: IngestFile;
  /** The execution that has the claim. */
  readonly execution: string;
  /** The most bytes of work that the job's size class is meant for. */
  readonly classBytes: number;
  readonly report: RowReport;
  readonly writer: ItemWriter;
  /** A table for the lanes of one month. It is most of the job's memory, so it is made once, at the first call. */
  readonly table: () => LaneTable;
}

export interface JobParts extends Pick<Job, 's3' | 'bucket' | 'limits' | 'file' | 'report' | 'execution'> {
  readonly classBytes?: number;
}

export interface TableNames {
  readonly rates: string;
  readonly ingests: string;
}

export function createJob(client: DynamoDBClient, tables: TableNames, parts: JobParts): Job {
  let table: LaneTable | undefined;
  return {
    classBytes: Number.POSITIVE_INFINITY,
    ...parts,
    rates: createRatesTable(client, tables.rates),
    commits: createCommits(client, tables.rates),
    rollups: createRollupObjects(parts.s3, parts.bucket),
    ledger: createLedger(client, tables.ingests),
    ledgerWrite: (update) => ({ Update: fileUpdate(tables.ingests, update) }),
    writer: createItemWriter(client, tables.rates),
    table: () => {
      table ??= new LaneTable(parts.limits.lanes);
      return table;
    },
  };
}
