import { expect } from 'chai';
import { LoadBalancer, type LoadBalancerArgs } from '../../../components/load-balancer/index.ts';
import { monthlyCost } from '../../../stacks/plan/cost.ts';
import { findings } from '../../../stacks/policy/index.ts';
import { children, ofType, only, record } from '../mocks.ts';

const listenerType = 'aws:lb/listener:Listener';
const ingress = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';

const base: LoadBalancerArgs = { vpcId: 'vpc-1', subnetIds: ['subnet-a', 'subnet-b'] };

async function resourcesOf(args: Partial<LoadBalancerArgs> = {}) {
  const { resources } = await record(() => {
    new LoadBalancer('public', { ...base, ...args });
  });
  return resources;
}

async function refusal(args: Partial<LoadBalancerArgs>, name = 'public'): Promise<string> {
  const { outputs } = await record(() => {
    try {
      new LoadBalancer(name, { ...base, ...args });
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  });
  return outputs;
}

describe('LoadBalancer', () => {
  it('is internal, admits nothing, refuses deletion and answers 404 unless told otherwise', async () => {
    const resources = await resourcesOf();
    expect(children(resources, 'public')).to.deep.equal([
      'aws:ec2/securityGroup:SecurityGroup public-entry',
      `${listenerType} public-http`,
      'aws:lb/loadBalancer:LoadBalancer public-lb',
    ]);
    const { inputs, options } = only(resources, 'aws:lb/loadBalancer:LoadBalancer');
    expect(inputs).to.deep.include({
      internal: true,
      subnets: ['subnet-a', 'subnet-b'],
      idleTimeout: 60,
      enableDeletionProtection: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: 'defensive',
    });
    expect(options.protect).to.equal(true);
    const [action] = only(resources, listenerType).inputs.defaultActions as { fixedResponse: object }[];
    expect(action?.fixedResponse).to.deep.include({ statusCode: '404' });
  });

  it('serves HTTPS with several certificates, redirects port 80, and admits who is named', async () => {
    const resources = await resourcesOf({
      internetFacing: true,
      certificateArn: 'arn:one',
      furtherCertificateArns: { shop: 'arn:two' },
      allowedCidrs: ['10.0.0.0/8'],
      allowedPrefixListIds: ['pl-1'],
    });
    expect(ofType(resources, ingress).map(({ name }) => name)).to.deep.equal([
      'public-from-10.0.0.0-8-443',
      'public-from-10.0.0.0-8-80',
      'public-from-list0-443',
      'public-from-list0-80',
    ]);
    expect(only(resources, listenerType, 'public-https').inputs).to.include({
      port: 443,
      certificateArn: 'arn:one',
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
    });
    const [redirect] = only(resources, listenerType, 'public-http').inputs.defaultActions as object[];
    expect(redirect).to.deep.include({ type: 'redirect' });
    const further = only(resources, 'aws:lb/listenerCertificate:ListenerCertificate');
    expect(further.name).to.equal('public-certificate-shop');
    expect(further.inputs.certificateArn).to.equal('arn:two');
  });

  it('logs, stands behind a web ACL, and has a default target group where asked', async () => {
    const resources = await resourcesOf({
      accessLogsBucket: 'logs',
      webAclArn: 'arn:web-acl',
      deletionProtection: false,
      idleTimeoutSeconds: 120,
      defaultTargetGroupArn: 'arn:group',
      tags: { team: 'a' },
    });
    const balancer = only(resources, 'aws:lb/loadBalancer:LoadBalancer');
    expect(balancer.inputs).to.deep.include({
      accessLogs: { bucket: 'logs', prefix: 'public', enabled: true },
      enableDeletionProtection: false,
      idleTimeout: 120,
      tags: { team: 'a' },
    });
    expect(balancer.options).not.to.have.property('protect');
    expect(only(resources, 'aws:wafv2/webAclAssociation:WebAclAssociation').options).to.include({
      deleteBeforeReplace: true,
    });
    expect(only(resources, listenerType).inputs.defaultActions).to.deep.equal([
      { type: 'forward', targetGroupArn: 'arn:group' },
    ]);
  });

  it('tells services what they need to know of it', async () => {
    const { outputs } = await record(() => {
      const plain = new LoadBalancer('plain', base);
      const secure = new LoadBalancer('secure', {
        ...base,
        certificateArn: 'arn:one',
        domainName: 'api.example.com',
      });
      return { plain: plain.listener, secure: secure.listener, zone: plain.zoneId };
    });
    expect(outputs.plain.listenerArn).to.match(/:listener\/app\/plain-http-/);
    expect(outputs.plain.url).to.match(/^http:\/\/internal-plain-lb-/);
    expect(outputs.plain.securityGroupId).to.match(/^plain-entry-/);
    expect(outputs.plain.arnSuffix).to.match(/^app\/plain-lb-/);
    expect(outputs.plain.stack).to.equal('trellis/test');
    expect(outputs.secure.listenerArn).to.match(/:listener\/app\/secure-https-/);
    expect(outputs.secure.url).to.equal('https://api.example.com');
    expect(outputs.zone).to.be.a('string');
  });

  it('costs what its documentation says, and breaks no rule of the policy', async () => {
    const resources = await resourcesOf({
      internetFacing: true,
      certificateArn: 'arn:one',
      furtherCertificateArns: { shop: 'arn:two' },
      accessLogsBucket: 'logs',
      webAclArn: 'arn:web-acl',
    });
    const { lines, unpriced } = monthlyCost(resources.filter(({ type }) => type.startsWith('aws:')));
    expect(lines.map(({ what, usd }) => `${what} ${usd.toFixed(2)}`)).to.deep.equal([
      'load balancer 16.43',
      'its public addresses 7.30',
    ]);
    expect(unpriced).to.deep.equal([]);
    expect(findings(resources, 'production')).to.deep.equal([]);
  });

  it('refuses what AWS would, all at once', async () => {
    expect(
      await refusal({
        allowedCidrs: ['10.0.0.1/8'],
        idleTimeoutSeconds: 0,
        sslPolicy: 'ELBSecurityPolicy-2016-08',
        domainName: 'a.example',
        furtherCertificateArns: { a_b: 'arn' },
      }),
    ).to.equal(
      'LoadBalancer "public": ' +
        '\n  - allowedCidrs must be IPv4 ranges such as 10.0.0.0/16, not 10.0.0.1/8' +
        '\n  - domainName needs certificateArn' +
        '\n  - idleTimeoutSeconds must be a whole number from 1 to 4000, not 0' +
        '\n  - sslPolicy must speak TLS 1.2 or later only, unlike "ELBSecurityPolicy-2016-08"' +
        '\n  - furtherCertificateArns needs certificateArn' +
        '\n  - furtherCertificateArns: the name "a_b" must be letters, digits and hyphens',
    );
    expect(await refusal({}, 'internal-lb')).to.contain('must not begin with "sg" or "internal"');
    expect(await refusal({}, 'a'.repeat(22))).to.contain('it may have 21');
  });
});
