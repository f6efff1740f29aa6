import { expect } from 'chai';
import { children, only } from '../mocks.ts';
import { behindBalancer, common, entry, openings, resourcesOf, withBalancer } from './fixture.ts';

const balancer = [
  ...common,
  ...entry,
  'aws:lb/listener:Listener api-http',
  'aws:lb/listenerRule:ListenerRule api-rule',
  'aws:lb/loadBalancer:LoadBalancer api-lb',
  'aws:lb/targetGroup:TargetGroup api-rg',
  'trellis:index:LoadBalancer api',
];

describe('FargateService behind a load balancer', () => {
  it('has a load balancer, a listener, a rule and a target group', async () => {
    const resources = await resourcesOf(behindBalancer);
    expect(children(resources, 'api')).to.deep.equal([...balancer].sort());
    // By its own aliases, and by those of children that it took from the service.
    expect(only(resources, 'aws:lb/loadBalancer:LoadBalancer').options.aliases).to.be.greaterThan(0);
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
    const redirect = only(resources, 'aws:lb/listener:Listener', 'api-http').inputs;
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

  it('makes the service after all that its tasks need, and leads requests to it once it has tasks', async () => {
    const resources = await resourcesOf({
      ...withBalancer({ internetFacing: true }),
      permissions: [{ actions: ['s3:GetObject'], resources: ['arn'] }],
    });
    expect(only(resources, 'aws:ecs/service:Service').options.dependsOn).to.include.members([
      'api-capacity',
      'api-entry-to-tasks',
      'api-execution-policy',
      'api-from-0.0.0.0-0-80',
      'api-http',
      'api-task-policy',
      'api-tasks-from-entry',
      'api-to-https',
    ]);
    // ECS refuses a target group to which no listener leads.
    const listener = only(resources, 'aws:lb/listener:Listener').inputs;
    expect(JSON.stringify(listener.defaultActions)).to.match(/targetgroup\/api-rg.*"forward"/);
    const rule = only(resources, 'aws:lb/listenerRule:ListenerRule');
    expect(rule.options.dependsOn).to.include('api-service');
  });
});
