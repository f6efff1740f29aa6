import * as pulumi from '@pulumi/pulumi';
import { tableNames } from '../contract/tables.ts';
import { createAccessLogs } from './access-logs.ts';
import { createAlarmTopic } from './alarms.ts';
import { createApiKey } from './api-key.ts';
import { createTables } from './data.ts';
import { createImage } from './image.ts';
import { createNetwork } from './network.ts';
import { createService, serviceName } from './service.ts';
import { readSettings } from './settings/index.ts';
import { tagEverything } from './tags.ts';

/** The whole stack, from its configuration; what it returns are the stack's outputs. */
export function deploy() {
  const settings = readSettings(pulumi.getProject(), pulumi.runtime.allConfig());
  tagEverything();
  const network = createNetwork(settings);
  const tables = createTables(settings);
  const image = createImage(settings);
  const apiKey = createApiKey(settings);
  const service = createService(settings, {
    network,
    tables,
    image,
    apiKey,
    accessLogs: createAccessLogs(serviceName, settings),
    alarms: createAlarmTopic(settings),
  });
  const url = service.url as pulumi.Output<string>;
  return {
    /** Entry point. */
    url,
    pageUrl: pulumi.interpolate`${url}/page`,
    apiUrl: pulumi.interpolate`${url}/api/v1`,
    /** Physical names of the tables. */
    tables: Object.fromEntries(tableNames.map((table) => [table, tables[table].tableName])),
    /** SSM parameter that holds the API key. */
    apiKeyParameter: apiKey.name,
    image: image.uri,
    cluster: service.clusterName,
    service: service.serviceName,
    taskDefinition: service.taskDefinitionArn,
    logGroup: service.logGroup.name,
  };
}
