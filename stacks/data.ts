import * as pulumi from '@pulumi/pulumi';
import { DataStore } from '../components/index.ts';
import { type TableDefinition, type TableName, tableNames, tables } from '../contract/tables.ts';
import type { Encryption } from './encryption.ts';
import type { Settings } from './settings/index.ts';

/** The tables of the contract. They are called `<project>-<stack>-<table>`, since people look for them by name. */
export function createTables(settings: Settings, encryption: Encryption): Record<TableName, DataStore> {
  const created = tableNames.map((table) => [table, createTable(table, tables[table], settings, encryption)]);
  return Object.fromEntries(created) as Record<TableName, DataStore>;
}

function createTable(
  table: TableName,
  definition: TableDefinition,
  settings: Settings,
  encryption: Encryption,
): DataStore {
  return new DataStore(table, {
    partitionKey: definition.partitionKey,
    sortKey: definition.sortKey,
    timeToLive: definition.timeToLive,
    indexes: definition.indexes?.map(({ attributes, ...index }) => ({
      ...index,
      ...(attributes ? { attributes: [...attributes] } : {}),
    })),
    tableName: `${pulumi.getProject()}-${pulumi.getStack()}-${table}`,
    maxReadUnits: settings['data.maxReadUnits'],
    maxWriteUnits: settings['data.maxWriteUnits'],
    pointInTimeRecovery: settings['data.pointInTimeRecovery'],
    deletionProtection: settings.deletionProtection,
    replicaRegions: settings['data.replicaRegions'],
    ...encryption,
  });
}
