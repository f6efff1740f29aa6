import type * as pulumi from '@pulumi/pulumi';

/** One DynamoDB table. Attributes of keys are strings unless `keyTypes` says otherwise. */
export interface DataStoreArgs {
  /** Attribute of the partition key. */
  partitionKey: string;
  /** Attribute of the sort key. @default none */
  sortKey?: string;
  /** Types of key attributes that are not strings: `N` (number) or `B` (binary). @default every one is `S` */
  keyTypes?: { [attribute: string]: string };
  /** Global secondary indexes, at most 20 (AWS's default quota). @default none */
  indexes?: DataStoreIndexArgs[];
  /** Attribute (number, seconds since 1970) after which DynamoDB may delete an item. Deletion lags by up to days,
   * so a reader must not rely on it. @default items stay */
  timeToLive?: string;
  /** What the table's stream holds: `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`.
   * @default no stream; `NEW_AND_OLD_IMAGES` with eventually consistent replicas, which need it */
  stream?: string;
  /** Physical name, 3–255 characters of `A-Za-z0-9_.-`. @default the Pulumi name and a random suffix */
  tableName?: pulumi.Input<string>;
  /** Most read request units a second, for the table and each index. It limits the bill; requests beyond it are throttled.
   * @default the account's quota */
  maxReadUnits?: number;
  /** Most write request units a second, for the table and each index. @default the account's quota */
  maxWriteUnits?: number;
  /** Customer key of the table; it belongs to one region, so a table with replicas cannot have one. A table that exists is
   * encrypted anew in place. @default a key of DynamoDB's own, which is free */
  keyArn?: pulumi.Input<string>;
  /** Restore to any second of the last 35 days; charged by stored size (0.20 USD per GB and month). @default true */
  pointInTimeRecovery?: boolean;
  /** AWS refuses to delete the table, and Pulumi says so in the preview. @default true */
  deletionProtection?: boolean;
  /** Other regions that hold a full replica (global table, version 2019.11.21). @default none */
  replicaRegions?: string[];
  /** Reads in every region see the latest write (MRSC). Needs three regions in one region set, an empty table, and
   * neither TTL nor transactions. @default false: replicas follow within about a second */
  strongConsistency?: boolean;
  /** Region that takes part in the quorum without holding readable data; only with `strongConsistency` and exactly
   * one replica, in place of a third. @default none */
  witnessRegion?: string;
  tags?: { [name: string]: pulumi.Input<string> };
}

/** A global secondary index. */
export interface DataStoreIndexArgs {
  /** 3–255 characters of `A-Za-z0-9_.-`. */
  name: string;
  partitionKey: string;
  /** @default none */
  sortKey?: string;
  /** Attributes that it holds beside the keys, 1–20: a read takes units by their size alone. @default all attributes */
  attributes?: string[];
}
