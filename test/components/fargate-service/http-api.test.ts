import { expect } from 'chai';
import { children, only } from '../mocks.ts';
import { behindApi, common, entry, openings, resourcesOf } from './fixture.ts';

describe('FargateService behind an HTTP API', () => {
  it('has an API, a VPC link and a Cloud Map service', async () => {
    const resources = await resourcesOf(behindApi);
    expect(children(resources, 'api')).to.deep.equal(
      [
        ...common,
        ...entry,
        'aws:apigatewayv2/api:Api api-api',
        'aws:apigatewayv2/integration:Integration api-integration',
        'aws:apigatewayv2/route:Route api-route',
        'aws:apigatewayv2/stage:Stage api-stage',
        'aws:apigatewayv2/vpcLink:VpcLink api-link',
        'aws:cloudwatch/logGroup:LogGroup api-access-logs',
        'aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace api-namespace',
        'aws:servicediscovery/service:Service api-discovery',
      ].sort(),
    );
  });

  it('admits the VPC link to the tasks, and nobody to the VPC link', async () => {
    const resources = await resourcesOf(behindApi);
    expect(openings(resources)).to.deep.equal(['api-tasks 8080 api-entry']);
    expect(only(resources, 'aws:apigatewayv2/vpcLink:VpcLink').inputs.subnetIds).to.deep.equal([
      'subnet-a',
      'subnet-b',
    ]);
  });

  it('registers tasks by SRV record with container name and port', async () => {
    const resources = await resourcesOf(behindApi);
    const discovery = only(resources, 'aws:servicediscovery/service:Service');
    expect(discovery.inputs).to.deep.include({
      healthCheckCustomConfig: { failureThreshold: 1 },
      forceDestroy: true,
    });
    expect(discovery.inputs.dnsConfig).to.deep.include({
      routingPolicy: 'MULTIVALUE',
      dnsRecords: [{ type: 'SRV', ttl: 10 }],
    });
    expect(only(resources, 'aws:ecs/service:Service').inputs.serviceRegistries).to.deep.include({
      containerName: 'app',
      containerPort: 8080,
    });
  });

  it('overwrites the header that names the client', async () => {
    const { inputs } = only(await resourcesOf(behindApi), 'aws:apigatewayv2/integration:Integration');
    expect(inputs).to.deep.include({
      integrationType: 'HTTP_PROXY',
      integrationMethod: 'ANY',
      connectionType: 'VPC_LINK',
      payloadFormatVersion: '1.0',
      timeoutMilliseconds: 29_000,
      requestParameters: { 'overwrite:header.x-source-ip': '$context.identity.sourceIp' },
    });
  });

  it('throttles and logs every request', async () => {
    const resources = await resourcesOf({
      ...behindApi,
      apiGateway: {
        subnetIds: ['link-a'],
        throttlingRateLimit: 7,
        throttlingBurstLimit: 9,
        timeoutMilliseconds: 1000,
      },
      logRetentionDays: 7,
    });
    const stage = only(resources, 'aws:apigatewayv2/stage:Stage').inputs;
    expect(stage).to.include({ name: '$default', autoDeploy: true });
    expect(stage.defaultRouteSettings).to.deep.equal({ throttlingRateLimit: 7, throttlingBurstLimit: 9 });
    const logs = stage.accessLogSettings as { destinationArn: string; format: string };
    expect(logs.destinationArn).to.contain('log-group:/aws/vendedlogs/apis/trellis-test-api');
    expect(JSON.parse(logs.format)).to.include({
      sourceIp: '$context.identity.sourceIp',
      status: '$context.status',
    });
    const group = only(resources, 'aws:cloudwatch/logGroup:LogGroup', 'api-access-logs');
    expect(group.inputs.retentionInDays).to.equal(7);
    // A group of a living stack would be replaced for its name, and its logs lost.
    expect(group.options.ignoreChanges).to.deep.equal(['name']);
    expect(only(resources, 'aws:apigatewayv2/integration:Integration').inputs.timeoutMilliseconds).to.equal(
      1000,
    );
    expect(only(resources, 'aws:apigatewayv2/vpcLink:VpcLink').inputs.subnetIds).to.deep.equal(['link-a']);
  });

  it('has limits without being asked', async () => {
    const { inputs } = only(await resourcesOf(behindApi), 'aws:apigatewayv2/stage:Stage');
    expect(inputs.defaultRouteSettings).to.deep.equal({
      throttlingRateLimit: 100,
      throttlingBurstLimit: 200,
    });
  });

  it('makes the service after its stage, and leads requests to it once it has tasks', async () => {
    const resources = await resourcesOf(behindApi);
    const { options } = only(resources, 'aws:ecs/service:Service');
    expect(options.dependsOn).to.include.members(['api-stage', 'api-tasks-from-entry']);
    const integration = only(resources, 'aws:apigatewayv2/integration:Integration');
    expect(integration.options.dependsOn).to.include('api-service');
  });
});
