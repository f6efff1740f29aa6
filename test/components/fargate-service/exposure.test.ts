import { expect } from 'chai';
import type { FargateServiceArgs } from '../../../components/fargate-service/index.ts';
import { FargateService } from '../../../components/fargate-service/index.ts';
import { children, ofType, only, type PlannedResource, record } from '../mocks.ts';
import { behindApi, behindBalancer, requestedRevision, resourcesOf, running, worker } from './fixture.ts';

const ingress = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const egress = 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule';

/** What every service has, whatever its exposure. */
const common = [
  'aws:cloudwatch/logGroup:LogGroup api-logs',
  'aws:ec2/securityGroup:SecurityGroup api-tasks',
  'aws:ecs/cluster:Cluster api-cluster',
  'aws:ecs/clusterCapacityProviders:ClusterCapacityProviders api-capacity',
  'aws:ecs/service:Service api-service',
  'aws:ecs/taskDefinition:TaskDefinition api-task-definition',
  'aws:iam/role:Role api-execution',
  'aws:iam/role:Role api-task',
  'aws:iam/rolePolicy:RolePolicy api-execution-policy',
  `${egress} api-to-https`,
];

/** What every entry point has. */
const entry = [
  'aws:cloudwatch/metricAlarm:MetricAlarm api-errors',
  'aws:ec2/securityGroup:SecurityGroup api-entry',
  `${egress} api-entry-to-tasks`,
  `${ingress} api-tasks-from-entry`,
];

const balancer = [
  ...common,
  ...entry,
  'aws:lb/listener:Listener api-http',
  'aws:lb/listenerRule:ListenerRule api-rule',
  'aws:lb/loadBalancer:LoadBalancer api-lb',
  'aws:lb/targetGroup:TargetGroup api-tg',
];

type LoadBalancerArgs = NonNullable<FargateServiceArgs['loadBalancer']>;

function withBalancer(args: Partial<LoadBalancerArgs>): FargateServiceArgs {
  return { ...worker, loadBalancer: { subnetIds: ['lb-a', 'lb-b'], ...args } };
}

/** Who may connect to what: `group port source` of each ingress rule. */
function openings(resources: PlannedResource[]): string[] {
  return ofType(resources, ingress).map(({ inputs }) => {
    expect(inputs.fromPort).to.equal(inputs.toPort);
    expect(inputs.ipProtocol).to.equal('tcp');
    const source = inputs.cidrIpv4 ?? inputs.prefixListId ?? inputs.referencedSecurityGroupId;
    return `${inputs.securityGroupId} ${inputs.fromPort} ${source}`.replace(/-[0-9a-f]{7}\b/g, '');
  });
}

describe('FargateService without exposure', () => {
  it('is a worker that nothing can connect to', async () => {
    const resources = await resourcesOf(worker);
    expect(children(resources, 'api')).to.deep.equal([...common].sort());
    expect(openings(resources)).to.deep.equal([]);
    const service = only(resources, 'aws:ecs/service:Service');
    expect(service.inputs).not.to.have.any.keys(
      'loadBalancers',
      'serviceRegistries',
      'healthCheckGracePeriodSeconds',
    );
    expect(service.inputs.alarms).to.deep.equal({ enable: false, rollback: false, alarmNames: [] });
  });
});

describe('FargateService behind a load balancer', () => {
  it('has a load balancer, a listener, a rule and a target group', async () => {
    const resources = await resourcesOf(behindBalancer);
    expect(children(resources, 'api')).to.deep.equal([...balancer].sort());
    const { securityGroups, ...inputs } = only(resources, 'aws:lb/loadBalancer:LoadBalancer').inputs;
    expect(String(securityGroups)).to.match(/^api-entry-/);
    expect(inputs).to.deep.equal({
      desyncMitigationMode: 'defensive',
      dropInvalidHeaderFields: true,
      enableDeletionProtection: true,
      idleTimeout: 60,
      internal: true,
      loadBalancerType: 'application',
      subnets: ['lb-a', 'lb-b'],
      tags: {},
    });
    expect(only(resources, 'aws:lb/targetGroup:TargetGroup').inputs).to.deep.equal({
      deregistrationDelay: 30,
      healthCheck: {
        healthyThreshold: 2,
        interval: 5,
        matcher: '200-399',
        path: '/livez',
        protocol: 'HTTP',
        timeout: 3,
        unhealthyThreshold: 2,
      },
      loadBalancingAlgorithmType: 'least_outstanding_requests',
      port: 8080,
      protocol: 'HTTP',
      tags: {},
      targetType: 'ip',
      vpcId: 'vpc-1',
    });
  });

  it('is internal, and admits nobody unless told', async () => {
    expect(openings(await resourcesOf(behindBalancer))).to.deep.equal(['api-tasks 8080 api-entry']);
  });

  it('facing the internet admits everybody, on port 80 alone', async () => {
    const resources = await resourcesOf(withBalancer({ internetFacing: true }));
    expect(only(resources, 'aws:lb/loadBalancer:LoadBalancer').inputs.internal).to.equal(false);
    expect(openings(resources)).to.deep.equal(['api-entry 80 0.0.0.0/0', 'api-tasks 8080 api-entry']);
  });

  it('admits ranges, prefix lists and security groups by name', async () => {
    const resources = await resourcesOf(
      withBalancer({
        internetFacing: true,
        allowedCidrs: ['10.0.0.0/8'],
        allowedPrefixListIds: ['pl-1'],
        allowedSecurityGroupIds: ['sg-1'],
      }),
    );
    expect(openings(resources)).to.deep.equal([
      'api-entry 80 10.0.0.0/8',
      'api-entry 80 sg-1',
      'api-entry 80 pl-1',
      'api-tasks 8080 api-entry',
    ]);
  });

  it('with a certificate serves TLS 1.2 and later on 443 and redirects port 80', async () => {
    const resources = await resourcesOf(
      withBalancer({ internetFacing: true, certificateArn: 'arn:certificate' }),
    );
    expect(openings(resources)).to.deep.equal([
      'api-entry 443 0.0.0.0/0',
      'api-entry 80 0.0.0.0/0',
      'api-tasks 8080 api-entry',
    ]);
    const https = only(resources, 'aws:lb/listener:Listener', 'api-https').inputs;
    expect(https).to.include({
      port: 443,
      protocol: 'HTTPS',
      certificateArn: 'arn:certificate',
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
    });
    const redirect = only(resources, 'aws:lb/listener:Listener', 'api-redirect').inputs;
    expect(redirect).to.include({ port: 80, protocol: 'HTTP' });
    expect(redirect.defaultActions).to.deep.equal([
      { type: 'redirect', redirect: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' } },
    ]);
    expect(only(resources, 'aws:lb/listenerRule:ListenerRule').inputs.listenerArn).to.contain('api-https');
  });

  it('takes another security policy', async () => {
    const sslPolicy = 'ELBSecurityPolicy-TLS13-1-3-2021-06';
    const resources = await resourcesOf(withBalancer({ certificateArn: 'arn:certificate', sslPolicy }));
    expect(only(resources, 'aws:lb/listener:Listener', 'api-https').inputs.sslPolicy).to.equal(sslPolicy);
  });

  it('takes the timings of a release, and may lose its deletion protection', async () => {
    const resources = await resourcesOf(
      withBalancer({
        healthCheckPath: '/readyz',
        healthCheckIntervalSeconds: 10,
        healthCheckTimeoutSeconds: 4,
        healthyThreshold: 3,
        unhealthyThreshold: 5,
        healthCheckGracePeriodSeconds: 90,
        deregistrationDelaySeconds: 15,
        idleTimeoutSeconds: 120,
        deletionProtection: false,
      }),
    );
    const { inputs } = only(resources, 'aws:lb/targetGroup:TargetGroup');
    expect(inputs.deregistrationDelay).to.equal(15);
    expect(inputs.healthCheck).to.include({
      path: '/readyz',
      interval: 10,
      timeout: 4,
      healthyThreshold: 3,
      unhealthyThreshold: 5,
    });
    expect(only(resources, 'aws:lb/loadBalancer:LoadBalancer').inputs).to.include({
      idleTimeout: 120,
      enableDeletionProtection: false,
    });
    expect(only(resources, 'aws:ecs/service:Service').inputs.healthCheckGracePeriodSeconds).to.equal(90);
  });

  it('writes access logs and stands behind a web ACL where asked', async () => {
    const resources = await resourcesOf(withBalancer({ accessLogsBucket: 'logs', webAclArn: 'arn:web-acl' }));
    expect(only(resources, 'aws:lb/loadBalancer:LoadBalancer').inputs.accessLogs).to.deep.equal({
      bucket: 'logs',
      prefix: 'api',
      enabled: true,
    });
    const association = only(resources, 'aws:wafv2/webAclAssociation:WebAclAssociation', 'api-web-acl');
    expect(association.inputs.webAclArn).to.equal('arn:web-acl');
    expect(association.inputs.resourceArn).to.contain('loadbalancer/app/api-lb');
  });

  it('makes the service after the rule that leads to it, and after all that its tasks need', async () => {
    const resources = await resourcesOf({
      ...withBalancer({ internetFacing: true }),
      permissions: [{ actions: ['s3:GetObject'], resources: ['arn'] }],
    });
    expect(only(resources, 'aws:ecs/service:Service').options.dependsOn).to.include.members([
      'api-capacity',
      'api-entry-to-tasks',
      'api-execution-policy',
      'api-from-cidr0-80',
      'api-rule',
      'api-task-policy',
      'api-tasks-from-entry',
      'api-to-https',
    ]);
  });
});

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
    expect(logs.destinationArn).to.contain('log-group:api-access-logs');
    expect(JSON.parse(logs.format)).to.include({
      sourceIp: '$context.identity.sourceIp',
      status: '$context.status',
    });
    expect(
      only(resources, 'aws:cloudwatch/logGroup:LogGroup', 'api-access-logs').inputs.retentionInDays,
    ).to.equal(7);
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

  it('makes the service after its route', async () => {
    const { options } = only(await resourcesOf(behindApi), 'aws:ecs/service:Service');
    expect(options.dependsOn).to.include.members(['api-route', 'api-stage', 'api-tasks-from-entry']);
  });
});

describe('security groups of a FargateService', () => {
  for (const [exposure, args] of Object.entries({ worker, behindBalancer, behindApi })) {
    it(`${exposure}: the tasks have one of their own, and every rule has a description`, async () => {
      const resources = await resourcesOf(args);
      const network = only(resources, 'aws:ecs/service:Service').inputs.networkConfiguration;
      const { securityGroups } = network as { securityGroups: string[] };
      expect(securityGroups).to.have.lengthOf(1);
      expect(securityGroups[0]).to.match(/^api-tasks-/);
      for (const resource of resources.filter(({ type }) => /securityGroup/i.test(type))) {
        expect(resource.inputs.description, resource.name).to.be.a('string').and.not.equal('');
        expect(resource.inputs, resource.name).not.to.have.any.keys('ingress', 'egress');
      }
    });
  }

  it('lets the entry point connect to the port of the tasks alone', async () => {
    const resources = await resourcesOf({ ...behindBalancer, port: 3000 });
    expect(only(resources, egress, 'api-entry-to-tasks').inputs).to.include({ fromPort: 3000, toPort: 3000 });
    expect(openings(resources)).to.deep.equal(['api-tasks 3000 api-entry']);
  });

  it('lets the tasks connect where egress says', async () => {
    const resources = await resourcesOf({
      ...worker,
      egress: [
        { name: 's3', port: 443, prefixListId: 'pl-1' },
        { name: 'db', port: 5432, securityGroupId: 'sg-db' },
        { name: 'office', port: 22, cidr: '10.1.0.0/16' },
      ],
    });
    const rules = ofType(resources, egress).map(({ name, inputs }) => {
      const { fromPort, toPort, cidrIpv4, prefixListId, referencedSecurityGroupId } = inputs;
      return [name, fromPort, toPort, cidrIpv4 ?? prefixListId ?? referencedSecurityGroupId];
    });
    expect(rules).to.deep.equal([
      ['api-to-db', 5432, 5432, 'sg-db'],
      ['api-to-office', 22, 22, '10.1.0.0/16'],
      ['api-to-s3', 443, 443, 'pl-1'],
    ]);
  });
});

describe('outputs of a FargateService', () => {
  async function outputsOf(args: FargateServiceArgs) {
    const { outputs } = await record(
      () => {
        const service = new FargateService('api', args);
        const outputs: Record<string, unknown> = {
          url: service.url,
          released: service.taskDefinitionArn,
          listener: service.listener?.port,
          entry: service.entrySecurityGroup?.description,
          api: service.api?.protocolType,
        };
        return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
      },
      { call: running(requestedRevision) },
    );
    return outputs;
  }

  it('name the URL of each exposure', async () => {
    expect((await outputsOf(behindBalancer)).url).to.match(
      /^http:\/\/internal-api-lb-.*\.elb\.amazonaws\.com$/,
    );
    const certified = { certificateArn: 'arn:certificate', internetFacing: true };
    expect((await outputsOf(withBalancer(certified))).url).to.match(/^https:\/\/api-lb-/);
    const named = { ...certified, domainName: 'api.example.org' };
    expect(await outputsOf(withBalancer(named))).to.include({
      url: 'https://api.example.org',
      listener: 443,
    });
    const behind = await outputsOf(behindApi);
    expect(behind.url).to.match(/^https:\/\/api-api-.*\.execute-api\.us-east-1\.amazonaws\.com$/);
    expect(behind).to.include({ api: 'HTTP', entry: 'VPC link of api', released: requestedRevision });
    expect(await outputsOf(worker)).to.deep.equal({ released: requestedRevision });
  });
});
