import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { containerName } from './container-definition.ts';
import type { ApiGatewaySettings } from './defaults.ts';
import type { Exposure } from './exposure.ts';
import { createAccessLogGroup } from './logs.ts';
import type { Scope } from './scope.ts';
import { connectEntryToTasks, createSecurityGroup } from './security-groups.ts';

/** An HTTP API that finds the tasks by Cloud Map and reaches them through a VPC link. */
export function createHttpApi(
  scope: Scope,
  settings: ApiGatewaySettings,
  tasks: aws.ec2.SecurityGroup,
): Exposure {
  const entry = createSecurityGroup(scope, 'entry', `VPC link of ${scope.name}`);
  const connection = connectEntryToTasks(
    scope,
    { name: 'entry', securityGroupId: entry.id, port: scope.settings.port },
    tasks,
  );
  const discovery = createDiscovery(scope);
  const api = new aws.apigatewayv2.Api(
    `${scope.name}-api`,
    { protocolType: 'HTTP', description: `Entry point of ${scope.name}`, tags: scope.tags },
    scope.child,
  );
  const link = new aws.apigatewayv2.VpcLink(
    `${scope.name}-link`,
    { subnetIds: settings.subnetIds, securityGroupIds: [entry.id], tags: scope.tags },
    scope.child,
  );
  const stage = createStage(scope, settings, api);
  return {
    url: api.apiEndpoint,
    entrySecurityGroup: entry,
    serviceRegistries: {
      registryArn: discovery.arn,
      containerName,
      containerPort: scope.settings.port,
    },
    prerequisites: [stage, ...connection],
    leadTo: (service) => createRoute(scope, settings, { api, link, discovery, service }),
    answers: {
      namespace: 'AWS/ApiGateway',
      dimensions: { ApiId: api.id },
      requests: ['Count'],
      errors: ['5xx'],
    },
    perGroup: [],
    api,
  };
}

/** Where ECS registers each task's address and port, as SRV records: an HTTP API learns the port from them. */
function createDiscovery(scope: Scope) {
  const namespace = new aws.servicediscovery.PrivateDnsNamespace(
    `${scope.name}-namespace`,
    { vpc: scope.settings.placement.vpcId, description: `Tasks of ${scope.name}`, tags: scope.tags },
    scope.child,
  );
  return new aws.servicediscovery.Service(
    `${scope.name}-discovery`,
    {
      description: `Tasks of ${scope.name}`,
      dnsConfig: {
        namespaceId: namespace.id,
        routingPolicy: 'MULTIVALUE',
        dnsRecords: [{ type: 'SRV', ttl: 10 }],
      },
      // With this block ECS reports each container's health to Cloud Map, and the API calls healthy tasks only. The
      // provider calls its field deprecated, but drops an empty block and would then replace the service at every update.
      healthCheckCustomConfig: { failureThreshold: 1 },
      // An entry that ECS left behind must not block `destroy`.
      forceDestroy: true,
      tags: scope.tags,
    },
    scope.child,
  );
}

interface RouteParts {
  api: aws.apigatewayv2.Api;
  link: aws.apigatewayv2.VpcLink;
  discovery: aws.servicediscovery.Service;
  service: aws.ecs.Service;
}

function createRoute(
  scope: Scope,
  settings: ApiGatewaySettings,
  { api, link, discovery, service }: RouteParts,
): pulumi.Resource[] {
  const integration = new aws.apigatewayv2.Integration(
    `${scope.name}-integration`,
    {
      apiId: api.id,
      integrationType: 'HTTP_PROXY',
      integrationMethod: 'ANY',
      integrationUri: discovery.arn,
      connectionType: 'VPC_LINK',
      connectionId: link.id,
      payloadFormatVersion: '1.0',
      timeoutMilliseconds: settings.timeoutMilliseconds,
      // A caller's own header is overwritten, so that it cannot claim another address. The tasks see that of the VPC link.
      requestParameters: { 'overwrite:header.x-source-ip': '$context.identity.sourceIp' },
    },
    { ...scope.child, dependsOn: service },
  );
  const route = new aws.apigatewayv2.Route(
    `${scope.name}-route`,
    {
      apiId: api.id,
      routeKey: '$default',
      target: pulumi.interpolate`integrations/${integration.id}`,
    },
    scope.child,
  );
  return [integration, route];
}

function createStage(scope: Scope, settings: ApiGatewaySettings, api: aws.apigatewayv2.Api) {
  const accessLogs = createAccessLogGroup(scope);
  return new aws.apigatewayv2.Stage(
    `${scope.name}-stage`,
    {
      apiId: api.id,
      name: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: accessLogs.arn, format: accessLogFormat },
      defaultRouteSettings: {
        throttlingRateLimit: settings.throttlingRateLimit,
        throttlingBurstLimit: settings.throttlingBurstLimit,
      },
      tags: scope.tags,
    },
    scope.child,
  );
}

/** One JSON line per request: the caller, the route, the answer, and where the time went. */
const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  integrationStatus: '$context.integrationStatus',
  integrationError: '$context.integrationErrorMessage',
});
