/**
 * The DynamoDB tables: the one definition from which the infrastructure, the laptop and the tests create them.
 * Every attribute named here is a string unless it says otherwise.
 */
export interface TableDefinition {
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Attribute (number, seconds since 1970) after which DynamoDB may delete an item. It only cleans
   * up: deletion can be days late, so no decision may depend on it. */
  readonly timeToLive?: string;
  readonly indexes?: readonly IndexDefinition[];
}

/** A global secondary index. */
export interface IndexDefinition {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** What it holds beside the keys. @default all attributes */
  readonly attributes?: readonly string[];
}

export const tables = {
  /** The saved string: one item, `id = "page"`. */
  page: { partitionKey: 'id' },
  /** Users and their properties. `public` is a copy of what everybody may see, and the index holds no more than that, so that
   * the list of players does not read whole users. Every item has the key: no user is missing, whichever release wrote it. */
  users: {
    partitionKey: 'username',
    indexes: [{ name: 'public', partitionKey: 'username', attributes: ['public', 'revision'] }],
  },
  /** One item per viewer (`ip#…` or `user#…`) that holds the viewer's stream leases. */
  streams: { partitionKey: 'viewer', timeToLive: 'delete_after' },
  /** Stats (`record = "STATS"`) and videos (`VIDEO#…`) of players; who they are is in `users`. */
  players: { partitionKey: 'username', sortKey: 'record' },
  /** Timings of routes and pages, one item per process and slot of five minutes, under the hour. */
  vitals: { partitionKey: 'hour', sortKey: 'slot', timeToLive: 'delete_after' },
  /** The ledger of ingested files, one item each: from upload to outcome. `listing` is the same in all of them. Only files
   * that are still expected have a time to live. */
  ingests: {
    partitionKey: 'id',
    timeToLive: 'delete_after',
    indexes: [
      { name: 'newest', partitionKey: 'listing', sortKey: 'created_at' },
      { name: 'by_state', partitionKey: 'state', sortKey: 'created_at' },
    ],
  },
  /** Prices rolled up per lane and month, the batches they came in, ports and regions, and the pointer to the ones that
   * count: data/rates/items.ts has the keys. */
  rates: { partitionKey: 'pk', sortKey: 'sk' },
  /** Scans, one item each, and beside them the idempotency keys (`key#…`) under which they were requested. Only
   * scans whose end has not been published yet have the attribute `unfinished`. */
  scans: {
    partitionKey: 'id',
    timeToLive: 'delete_after',
    indexes: [
      { name: 'newest', partitionKey: 'listing', sortKey: 'created_at' },
      { name: 'by_repository', partitionKey: 'repository_url', sortKey: 'created_at' },
      { name: 'unfinished', partitionKey: 'unfinished', sortKey: 'created_at' },
    ],
  },
  /** Job runs of `/api/v1/jobs`, and their idempotency keys, in the same form. */
  jobs: {
    partitionKey: 'id',
    timeToLive: 'delete_after',
    indexes: [{ name: 'unfinished', partitionKey: 'unfinished', sortKey: 'created_at' }],
  },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof tables;

export const tableNames = Object.keys(tables) as TableName[];

/** The environment variable that tells the service what a table is called: `TABLE_PAGE` for `page`. */
export function tableVariable(table: TableName): string {
  return `TABLE_${table.toUpperCase()}`;
}
