import * as pulumi from '@pulumi/pulumi';
import { tableNames } from '../contract/tables.ts';
import { createAccessLogs } from './access-logs.ts';
import { createApiKey } from './api-key.ts';
import { createTables } from './data.ts';
import { guardDeletion } from './deletion-guard.ts';
import { createEncryption, permitKeyFirst } from './encryption.ts';
import { createImage } from './image.ts';
import { createIngest } from './ingest.ts';
import { createMedia } from './media.ts';
import { createAlarmTopic, createMonitoring } from './monitoring.ts';
import { chooseZones, createNetwork } from './network.ts';
import { createOriginSecret } from './origin-secret.ts';
import { boundEveryRole } from './role-boundary.ts';
import { createScans } from './scans.ts';
import { createService, serviceName } from './service.ts';
import { readSettings } from './settings/index.ts';
import { createSite } from './site.ts';
import { tagEverything } from './tags.ts';

/** Creates the whole stack from its configuration, and returns the stack's outputs. */
export async function deploy() {
  const settings = readSettings(pulumi.getProject(), pulumi.runtime.allConfig());
  const zones = await chooseZones(settings);
  const guard = guardDeletion();
  tagEverything();
  boundEveryRole(settings);
  const permitted = permitKeyFirst(settings);
  const encryption = createEncryption(settings);
  const network = createNetwork(settings, zones, encryption);
  const tables = createTables(settings, encryption);
  const image = createImage(settings, encryption);
  const apiKey = createApiKey(settings, encryption);
  const media = createMedia(settings, encryption);
  const originSecret = createOriginSecret(settings, encryption);
  const accessLogs = createAccessLogs(serviceName, settings);
  const alarms = createAlarmTopic(settings, encryption);
  const ingest = createIngest(settings, { encryption, network, tables, image, alarms });
  const scans = createScans(settings, { encryption, network, tables, image, alarms });
  const service = createService(settings, {
    encryption,
    network,
    tables,
    image,
    apiKey,
    originSecret,
    media,
    accessLogs,
    alarms,
    ingest,
    scans,
  });
  const site = createSite(settings, {
    encryption,
    network,
    service,
    originSecret,
    media,
    uploadDomains: [media.bucket.bucket.bucketRegionalDomainName, ingest.bucketRegionalDomainName],
    accessLogs,
  });
  ingest.allowOrigins([site.url]);
  const monitoring = createMonitoring(settings, { service, tables, ingest, alarms });
  permitted();
  guard(settings);
  const { url } = site;
  return {
    /** Entry point of site, page, API and media. */
    url,
    pageUrl: pulumi.interpolate`${url}/page`,
    apiUrl: pulumi.interpolate`${url}/api/v1`,
    /** Physical names of the tables. */
    tables: Object.fromEntries(tableNames.map((table) => [table, tables[table].tableName])),
    /** SSM parameter that holds the API key. */
    apiKeyParameter: apiKey.parameterName,
    siteBucket: site.bucketName,
    mediaBucket: media.bucket.bucketName,
    /** Where files are uploaded to be ingested. */
    ingestBucket: ingest.bucketName,
    ingestStateMachine: ingest.stateMachineArn,
    ingestFailureQueue: ingest.failureQueueUrl,
    /** Sources and results of scans and job runs. */
    scansBucket: scans.bucketName,
    image: image.uri,
    cluster: service.clusterName,
    service: service.serviceName,
    taskDefinition: service.taskDefinitionArn,
    logGroup: service.logGroup.name,
    dashboardUrl: monitoring?.dashboardUrl ?? 'none: monitoring.dashboard is false',
  };
}
