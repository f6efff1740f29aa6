import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import {
  type ContainerImage,
  type DataStore,
  type DataStoreAction,
  type FargateLoadBalancerArgs,
  FargateService,
  type FargateServiceArgs,
  type IngestPipeline,
  type Network,
  type PrivateBucket,
  type ScanPipeline,
  type Secret,
} from '../components/index.ts';
import { containerPort, environment } from '../contract/environment.ts';
import { healthPaths } from '../contract/health.ts';
import { originHeaders } from '../contract/site.ts';
import { type TableName, tableNames, tableVariable } from '../contract/tables.ts';
import { timings } from '../contract/timings.ts';
import type { Encryption } from './encryption.ts';
import { imageOf } from './image.ts';
import { ingestEnvironment } from './ingest.ts';
import { type Media, mediaPermissions } from './media.ts';
import type { OriginSecret } from './origin-secret.ts';
import { pageReadUnitsOf, scalingOf } from './scaling.ts';
import { scansEnvironment } from './scans.ts';
import type { Settings } from './settings/index.ts';

export const serviceName = 'api';

/** The resources that the service uses. */
export interface Foundation {
  encryption: Encryption;
  network: Network;
  tables: Record<TableName, DataStore>;
  image: ContainerImage;
  apiKey: Secret;
  /** The CDN's secret, where the service can be reached without the CDN. */
  originSecret: OriginSecret | undefined;
  media: Media;
  accessLogs: PrivateBucket | undefined;
  alarms: aws.sns.Topic;
  ingest: IngestPipeline;
  scans: ScanPipeline;
}

/** The actions of the service's code on each table; its role permits nothing else. A user's limit is changed in one
 * transaction over `users` and `streams`, for which DynamoDB asks for the permission of each action in it. */
export const tableActions: Partial<Record<TableName, DataStoreAction[]>> = {
  page: ['GetItem', 'UpdateItem'],
  // `Scan` lists the users. A player's stats and videos are written on condition that the user exists.
  users: ['ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'Scan', 'UpdateItem'],
  streams: ['GetItem', 'UpdateItem'],
  players: ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
  vitals: ['PutItem', 'Query'],
  ingests: ['GetItem', 'PutItem', 'Query', 'UpdateItem'],
  scans: ['GetItem', 'PutItem', 'Query'],
  jobs: ['GetItem', 'PutItem', 'Query'],
  rates: ['BatchGetItem', 'GetItem', 'Query'],
};

/** The service with its entry point. */
export function createService(settings: Settings, foundation: Foundation): FargateService {
  const { encryption, network, tables, image, media, alarms, ingest, scans } = foundation;
  const { keyArn } = encryption;
  return new FargateService(serviceName, {
    placement: network.placement,
    image: imageOf(settings, image),
    size: { cpu: settings['service.cpu'], memory: settings['service.memory'] },
    port: containerPort,
    environment: serviceEnvironment(settings, foundation),
    secrets: serviceSecrets(foundation),
    ...(keyArn === undefined ? {} : { secretKeyArns: [keyArn], logKeyArn: keyArn }),
    permissions: [
      ...permissionsOn(tables),
      // One key encrypts all tables.
      ...tables.page.keyStatements(),
      ...mediaPermissions(media),
      ...ingest.serviceStatements(),
      ...scans.serviceStatements(),
    ],
    healthCheck: { path: healthPaths.live },
    stopTimeoutSeconds: timings.stopTimeout,
    ...exposureOf(settings, foundation),
    capacity: {
      base: settings['capacity.onDemandBase'],
      onDemandWeight: settings['capacity.onDemandWeight'],
      spotWeight: settings['capacity.spotWeight'],
    },
    ...scalingOf(settings),
    deployment: deploymentOf(settings),
    containerInsights: settings['service.containerInsights'],
    logRetentionDays: settings['logs.retentionDays'],
    alarmActionArns: [alarms.arn],
  });
}

function permissionsOn(tables: Record<TableName, DataStore>) {
  return tableNames.flatMap((table) => {
    const actions = tableActions[table];
    return actions === undefined ? [] : [tables[table].statement(actions)];
  });
}

/** The variables that app/config.ts reads. Proxies within the VPC are trusted: load balancer and VPC link are there, and
 * the tasks' security group admits nothing else. A load balancer comes to tasks without IPv4 addresses by its IPv6 address. */
function serviceEnvironment(
  settings: Settings,
  { network, tables, media, apiKey, originSecret, ingest, scans }: Foundation,
): Record<string, pulumi.Input<string>> {
  return {
    // No code reads it. ECS fetches parameters when a task starts, so without a change of the task definition running
    // tasks would keep the old secrets.
    PARAMETERS_VERSION: pulumi
      .all([apiKey.version, ...(originSecret === undefined ? [] : [originSecret.secret.version])])
      .apply((versions) => versions.join('.')),
    [environment.host]: network.ipv6CidrBlock === undefined ? '0.0.0.0' : '::',
    [environment.port]: String(containerPort),
    [environment.trustedProxies]:
      network.ipv6CidrBlock === undefined
        ? network.cidrBlock
        : pulumi.interpolate`${network.cidrBlock},${network.ipv6CidrBlock}`,
    // With a VPC origin the viewer's is the only address in `x-forwarded-for` from outside of the VPC. Otherwise
    // CloudFront's own address is there too, so CloudFront's function writes the viewer's into a header.
    [environment.clientAddressHeader]:
      originSecret === undefined ? 'x-forwarded-for' : originHeaders.viewerAddress,
    [environment.mediaBucket]: media.bucket.bucketName,
    ...ingestEnvironment(ingest),
    ...scansEnvironment(scans),
    [environment.drainSeconds]: String(timings.drain),
    [environment.pageReadUnitsPerSecond]: String(pageReadUnitsOf(settings)),
    [environment.logLevel]: settings['service.logLevel'],
    [environment.streamIpv6Prefix]: String(settings['streams.ipv6Prefix']),
    ...Object.fromEntries(tableNames.map((table) => [tableVariable(table), tables[table].tableName])),
  };
}

function serviceSecrets({ apiKey, originSecret }: Foundation): Record<string, pulumi.Input<string>> {
  return {
    [environment.apiKey]: apiKey.parameterArn,
    ...(originSecret === undefined ? {} : { [environment.originSecret]: originSecret.secret.parameterArn }),
  };
}

function deploymentOf(settings: Settings): FargateServiceArgs['deployment'] {
  const [name, value] = settings['release.testHeader']?.split(': ') ?? [];
  return {
    strategy: settings['release.strategy'],
    stepPercent: settings['release.stepPercent'],
    stepMinutes: settings['release.stepMinutes'],
    bakeMinutes: settings['release.bakeMinutes'],
    testHeader: name === undefined || value === undefined ? undefined : { name, value },
    // Replaced revisions cost nothing and ECS can roll back to them, but `destroy` would leave them behind.
    keepRevisions: settings.deletionProtection,
  };
}

function exposureOf(
  settings: Settings,
  foundation: Foundation,
): Pick<FargateServiceArgs, 'loadBalancer' | 'apiGateway'> {
  if (settings['service.exposure'] !== 'http-api')
    return { loadBalancer: loadBalancerOf(settings, foundation) };
  return {
    apiGateway: {
      throttlingRateLimit: settings['service.throttleRate'],
      throttlingBurstLimit: settings['service.throttleBurst'],
    },
  };
}

function loadBalancerOf(settings: Settings, { network, accessLogs }: Foundation): FargateLoadBalancerArgs {
  const internetFacing = settings['service.exposure'] === 'public-load-balancer';
  return {
    internetFacing,
    subnetIds: internetFacing ? network.publicSubnetIds : network.internalSubnetIds,
    certificateArn: settings['service.certificateArn'],
    domainName: settings['service.domainName'],
    allowedCidrs: settings['service.allowedCidrs'] ?? (internetFacing ? ['0.0.0.0/0'] : []),
    healthCheckPath: healthPaths.serving,
    healthCheckIntervalSeconds: timings.healthCheckInterval,
    healthCheckTimeoutSeconds: timings.healthCheckTimeout,
    healthyThreshold: timings.healthyThreshold,
    unhealthyThreshold: timings.unhealthyThreshold,
    deregistrationDelaySeconds: timings.deregistrationDelay,
    idleTimeoutSeconds: timings.balancerIdle,
    deletionProtection: settings.deletionProtection,
    // The policy that lets the load balancer write must come first: AWS checks it when the logs are switched on.
    accessLogsBucket: accessLogs?.policy.bucket,
  };
}
