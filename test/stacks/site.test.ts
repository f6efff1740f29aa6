import { expect } from 'chai';
import {
  contentSecurityPolicy,
  uploadedContentSecurityPolicy,
  uploadOrigins,
} from '../../contract/content-security-policy.ts';
import type { Plan } from '../../stacks/plan/evaluate.ts';
import { toJson } from '../../stacks/plan/print.ts';
import { planOf } from '../support/plans.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests read any shape.
type Inputs = Record<string, any>;

function inputsOf({ resources }: Plan, type: string, name: string): Inputs {
  const found = resources.find((resource) => resource.type === type && resource.name === name);
  if (found === undefined) throw new Error(`no ${type} ${name}`);
  return found.inputs;
}

function cdnOf(plan: Plan): Inputs {
  return inputsOf(plan, 'aws:cloudfront/distribution:Distribution', 'site-cdn');
}

function serviceOrigin(plan: Plan): Inputs {
  return cdnOf(plan).origins.find(({ originId }: Inputs) => originId === 'service');
}

function containerOf(plan: Plan): Inputs {
  const task = inputsOf(plan, 'aws:ecs/taskDefinition:TaskDefinition', 'api-task-definition');
  const [container] = JSON.parse(task.containerDefinitions);
  const listed = (items: Inputs[] = []) =>
    Object.fromEntries(items.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
  return { environment: listed(container.environment), secrets: listed(container.secrets) };
}

/** Who may connect to the load balancer. */
function admitted({ resources }: Plan): string[] {
  return resources
    .filter(({ type }) => type === 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule')
    .filter(({ inputs }) => String(inputs.securityGroupId).startsWith('api-entry-'))
    .map(({ inputs }) => `${inputs.fromPort} ${inputs.cidrIpv4 ?? inputs.referencedSecurityGroupId}`);
}

describe('the entry point', () => {
  const plans = new Map<string, Plan>();
  const given = (stack: string) => plans.get(stack) as Plan;
  before(async () => {
    for (const stack of ['dev', 'prod']) plans.set(stack, await planOf(stack));
  });

  for (const stack of ['dev', 'prod']) {
    it(`is the CDN in ${stack}: site, service and media under one name`, () => {
      const plan = given(stack);
      const { orderedCacheBehaviors, defaultCacheBehavior } = cdnOf(plan);
      const routes = orderedCacheBehaviors.map(
        ({ pathPattern, targetOriginId }: Inputs) => `${pathPattern} ${targetOriginId}`,
      );
      expect(routes).to.deep.equal([
        '/api/* service',
        '/page service',
        '/rates service',
        '/media/* bucket-media',
      ]);
      expect(defaultCacheBehavior.targetOriginId).to.equal('site');
      const { url, pageUrl, apiUrl } = plan.outputs;
      expect(url).to.match(/^https:\/\/site-cdn-[0-9a-f]{7}\.cloudfront\.net$/);
      expect(pageUrl).to.equal(`${url}/page`);
      expect(apiUrl).to.equal(`${url}/api/v1`);
    });

    it(`sends the laptop’s policy in ${stack}, which lets pages upload to the media bucket as well`, () => {
      const plan = given(stack);
      const type = 'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy';
      const sent = (name: string) =>
        inputsOf(plan, type, name).securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy;
      const buckets = [plan.outputs.mediaBucket, plan.outputs.ingestBucket].flatMap((bucket) =>
        uploadOrigins(`${bucket}.s3.us-east-1.amazonaws.com`),
      );
      expect(sent('site-headers')).to.equal(contentSecurityPolicy(buckets));
      expect(sent('site-headers').replace(` ${buckets.join(' ')}`, '')).to.equal(contentSecurityPolicy());
      expect(sent('site-media-headers')).to.equal(uploadedContentSecurityPolicy);
    });

    it(`reads the media bucket in ${stack}, to which its pages, and no others, may upload`, () => {
      const plan = given(stack);
      const { mediaBucket, url } = plan.outputs;
      const policy = JSON.parse(inputsOf(plan, 'aws:s3/bucketPolicy:BucketPolicy', 'media').policy);
      const allowed = policy.Statement.filter(({ Effect }: Inputs) => Effect === 'Allow');
      expect(allowed.map(({ Action, Resource }: Inputs) => [...Action, ...Resource])).to.deep.equal([
        ['s3:GetObject', `arn:aws:s3:::${mediaBucket}/media/*`],
        ['s3:ListBucket', `arn:aws:s3:::${mediaBucket}`],
      ]);
      for (const { Principal, Condition } of allowed) {
        expect(Principal).to.deep.equal({ Service: 'cloudfront.amazonaws.com' });
        expect(Condition.ArnLike['aws:SourceArn']).to.match(/:distribution\/Esite-cdn-[0-9a-f]{7}$/);
      }
      const type = 'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration';
      expect(inputsOf(plan, type, 'media').corsRules).to.deep.equal([
        {
          allowedHeaders: ['cache-control', 'content-type'],
          allowedMethods: ['PUT'],
          allowedOrigins: [url],
          maxAgeSeconds: 3600,
        },
      ]);
      expect(containerOf(plan).environment.MEDIA_BUCKET).to.equal(mediaBucket);
    });
  }

  it('reaches prod’s load balancer through the VPC, and nobody else does', () => {
    const plan = given('prod');
    expect(serviceOrigin(plan)).to.have.nested.property('vpcOriginConfig.vpcOriginId');
    expect(serviceOrigin(plan)).not.to.have.any.keys('customOriginConfig', 'customHeaders');
    expect(admitted(plan)).to.deep.equal(['80 sg-CloudFront-VPCOrigins-Service-SG-vpc-network-vpc']);
    // CloudFront asks for one, although nothing is routed through it.
    expect(
      plan.resources.filter(({ type }) => type === 'aws:ec2/internetGateway:InternetGateway'),
    ).to.have.length(1);
    const { environment, secrets } = containerOf(plan);
    expect(environment.CLIENT_ADDRESS_HEADER).to.equal('x-forwarded-for');
    expect(secrets).not.to.have.property('ORIGIN_SECRET');
  });

  it('proves itself to dev’s HTTP API, which anybody can reach, by a secret that no plan shows', () => {
    const plan = given('dev');
    const origin = serviceOrigin(plan);
    expect(origin.domainName).to.match(/\.execute-api\.us-east-1\.amazonaws\.com$/);
    expect(origin.customHeaders).to.deep.equal([{ name: 'x-origin-secret', value: '[secret]' }]);
    expect(inputsOf(plan, 'aws:ssm/parameter:Parameter', 'origin-secret')).to.include({
      name: '/trellis/dev/origin-secret',
      type: 'SecureString',
      value: '[secret]',
    });
    const { environment, secrets } = containerOf(plan);
    expect(environment.CLIENT_ADDRESS_HEADER).to.equal('x-viewer-address');
    expect(environment.PARAMETERS_VERSION).to.equal('1.1');
    expect(secrets.ORIGIN_SECRET).to.match(/:parameter\/trellis\/dev\/origin-secret$/);
    const { code } = inputsOf(plan, 'aws:cloudfront/function:Function', 'site-viewer-address');
    expect(code).to.contain('"x-viewer-address"');
    expect(toJson(plan)).not.to.contain('random-origin-secret');
  });

  it('reaches a public load balancer by the same secret, and by HTTPS where that has a certificate', async () => {
    const balancer = 'service.exposure=public-load-balancer';
    const plain = await planOf('dev', [balancer]);
    expect(serviceOrigin(plain).customOriginConfig.originProtocolPolicy).to.equal('http-only');
    expect(serviceOrigin(plain).domainName).to.match(/\.elb\.amazonaws\.com$/);
    expect(admitted(plain)).to.deep.equal(['80 0.0.0.0/0']);
    const certificate = [
      'service.certificateArn=arn:aws:acm:us-east-1:123456789012:certificate/x',
      'service.domainName=api.example.com',
    ];
    const secure = await planOf('dev', [balancer, ...certificate]);
    expect(serviceOrigin(secure).customOriginConfig.originProtocolPolicy).to.equal('https-only');
    expect(serviceOrigin(secure).domainName).to.equal('api.example.com');
    const internal = await planOf('prod', certificate);
    expect(serviceOrigin(internal).domainName).to.equal('api.example.com');
    expect(admitted(internal)).to.deep.equal(['443 sg-CloudFront-VPCOrigins-Service-SG-vpc-network-vpc']);
  });

  it('lets people write what they like, and nothing that looks like an attack elsewhere', async () => {
    const { rules } = inputsOf(given('prod'), 'aws:wafv2/webAcl:WebAcl', 'site-acl');
    const { name, action, statement } = rules.at(-1);
    expect({ name, action }).to.deep.equal({ name: 'TextElsewhere', action: { block: {} } });
    const paths = statement.andStatement.statements
      .slice(1)
      .map(({ notStatement }: Inputs) => notStatement.statement.byteMatchStatement)
      .map(({ positionalConstraint, searchString }: Inputs) => `${positionalConstraint} ${searchString}`);
    expect(paths).to.deep.equal([
      'EXACTLY /api/v1/page',
      'EXACTLY /api/v1/users',
      'STARTS_WITH /api/v1/users/',
      'EXACTLY /api/v1/stream',
      'EXACTLY /api/v1/streams',
    ]);
  });

  it('goes with all it holds in dev, and keeps its buckets in prod', () => {
    for (const [stack, forceDestroy] of [
      ['dev', true],
      ['prod', false],
    ] as const) {
      for (const bucket of ['site-bucket', 'media']) {
        expect(inputsOf(given(stack), 'aws:s3/bucket:Bucket', bucket), stack).to.include({ forceDestroy });
      }
    }
  });

  it('costs nothing at rest in dev: no web ACL, no VPC origin', () => {
    const types = new Set(given('dev').resources.map(({ type }) => type));
    for (const type of ['aws:wafv2/webAcl:WebAcl', 'aws:cloudfront/vpcOrigin:VpcOrigin']) {
      expect(types).not.to.include(type);
    }
  });

  it('logs to the one bucket of access logs, whose policy is there before', () => {
    const plan = given('prod');
    const policy = JSON.parse(inputsOf(plan, 'aws:s3/bucketPolicy:BucketPolicy', 'access-logs').policy);
    const delivery = policy.Statement.find(
      ({ Principal }: Inputs) => Principal.Service === 'delivery.logs.amazonaws.com',
    );
    expect(delivery).to.deep.include({
      Action: ['s3:PutObject'],
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:logs:us-east-1:123456789012:delivery-source:*' },
      },
    });
    expect(delivery.Resource[0]).to.match(
      /^arn:aws:s3:::access-logs-[0-9a-f]{7}\/AWSLogs\/123456789012\/CloudFront\/\*$/,
    );
    const type = 'aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination';
    const destination = plan.resources.find((resource) => resource.type === type);
    expect(destination?.options.dependsOn).to.include('access-logs');
  });
});
