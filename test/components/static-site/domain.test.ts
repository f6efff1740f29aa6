import { expect } from 'chai';
import type { StaticSiteDomainArgs } from '../../../components/static-site/index.ts';
import { StaticSite } from '../../../components/static-site/index.ts';
import { children, ofType, only, record } from '../mocks.ts';
import { directoryOf, resourcesOf } from './fixture.ts';

interface Rule {
  statement: {
    managedRuleGroupStatement?: { ruleActionOverrides: object[] };
  };
}

const distribution = 'aws:cloudfront/distribution:Distribution';
const record53 = 'aws:route53/record:Record';

async function added(args: Parameters<typeof resourcesOf>[0]) {
  const own = children(await resourcesOf(), 'site');
  return children(await resourcesOf(args), 'site').filter((child) => !own.includes(child));
}

describe('StaticSite with a domain', () => {
  const name = 'www.example.com';
  const inZone = { name, hostedZoneId: 'Z1' };

  it('gets a certificate in us-east-1, proven in the zone, and records', async () => {
    expect(await added({ domain: inZone })).to.deep.equal([
      'aws:acm/certificate:Certificate site-certificate',
      'aws:acm/certificateValidation:CertificateValidation site-certificate',
      `${record53} site-a`,
      `${record53} site-aaaa`,
      `${record53} site-certificate`,
    ]);
    const resources = await resourcesOf({ domain: inZone }, { region: 'eu-west-1' });
    expect(only(resources, 'aws:acm/certificate:Certificate').inputs).to.deep.equal({
      region: 'us-east-1',
      domainName: name,
      validationMethod: 'DNS',
      tags: {},
    });
    expect(only(resources, record53, 'site-certificate').inputs).to.deep.equal({
      zoneId: 'Z1',
      name: `_proof.${name}.`,
      type: 'CNAME',
      records: ['_proof.acm-validations.aws.'],
      ttl: 300,
      allowOverwrite: true,
    });
    const validation = only(resources, 'aws:acm/certificateValidation:CertificateValidation');
    expect(validation.inputs).to.deep.include({
      region: 'us-east-1',
      validationRecordFqdns: [`_proof.${name}`],
    });
  });

  it('answers to the name over TLS 1.2 or later, not before the certificate is proven', async () => {
    const { inputs, options } = only(await resourcesOf({ domain: inZone }), distribution);
    expect(inputs.aliases).to.deep.equal([name]);
    expect(inputs.viewerCertificate).to.deep.include({
      sslSupportMethod: 'sni-only',
      minimumProtocolVersion: 'TLSv1.2_2021',
    });
    expect(inputs)
      .to.have.nested.property('viewerCertificate.acmCertificateArn')
      .that.matches(/^arn:aws:acm:us-east-1:123456789012:certificate\//);
    expect(options.dependsOn).to.include('site-certificate');
  });

  it('points the name at the distribution for IPv4 and IPv6', async () => {
    const resources = await resourcesOf({ domain: inZone });
    for (const [record, type] of [
      ['site-a', 'A'],
      ['site-aaaa', 'AAAA'],
    ]) {
      const { inputs } = only(resources, record53, record);
      expect(inputs).to.deep.include({ zoneId: 'Z1', name, type });
      expect(inputs)
        .to.have.nested.property('aliases[0].name')
        .that.matches(/^site-cdn-.*\.cloudfront\.net$/);
      expect(inputs).to.have.nested.property('aliases[0].zoneId', 'Z2FDTNDATAQYW2');
    }
  });

  it('takes a certificate, and leaves the records to others where it has no zone', async () => {
    const certificateArn = 'arn:aws:acm:us-east-1:1:certificate/x';
    expect(await added({ domain: { name, certificateArn } })).to.deep.equal([]);
    const { inputs } = only(await resourcesOf({ domain: { name, certificateArn } }), distribution);
    expect(inputs).to.have.nested.property('viewerCertificate.acmCertificateArn', certificateArn);
    expect(await added({ domain: { ...inZone, certificateArn } })).to.deep.equal([
      `${record53} site-a`,
      `${record53} site-aaaa`,
    ]);
  });

  it('has the name in its URL', async () => {
    const urlOf = async (domain: StaticSiteDomainArgs) =>
      (await record(() => ({ url: new StaticSite('site', { directory: directoryOf(), domain }).url })))
        .outputs.url;
    expect(await urlOf(inZone)).to.equal(`https://${name}`);
  });
});

describe('StaticSite with a web ACL', () => {
  const acl = 'aws:wafv2/webAcl:WebAcl';

  it('has one in us-east-1 with a log, wherever the stack is', async () => {
    expect(await added({ webAcl: {} })).to.deep.equal([
      'aws:cloudwatch/logGroup:LogGroup site-acl',
      `${acl} site-acl`,
      'aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration site-acl',
    ]);
    const resources = await resourcesOf({ webAcl: {} }, { region: 'eu-west-1' });
    for (const { type, inputs } of resources.filter(({ name }) => name === 'site-acl')) {
      expect(inputs.region, type).to.equal('us-east-1');
    }
    expect(only(resources, distribution).inputs.webAclId).to.match(
      /^arn:aws:wafv2:us-east-1:123456789012:global\/webacl\/site-acl-/,
    );
  });

  it('limits each address and blocks by AWS’s rules, but counts what our data would trip', async () => {
    const rulesOf = async (webAcl: object) => {
      const { inputs } = only(await resourcesOf({ webAcl }), acl);
      expect(inputs).to.deep.include({ scope: 'CLOUDFRONT', defaultAction: { allow: {} } });
      return inputs.rules as Record<string, unknown>[];
    };
    const [rate, ...groups] = await rulesOf({});
    expect(rate).to.deep.include({ name: 'RatePerAddress', priority: 0, action: { block: {} } });
    expect(rate?.statement).to.deep.equal({
      rateBasedStatement: { aggregateKeyType: 'IP', limit: 5000, evaluationWindowSec: 300 },
    });
    const [limited] = await rulesOf({ requestsPerFiveMinutes: 100 });
    expect(limited).to.have.nested.property('statement.rateBasedStatement.limit', 100);
    expect(
      groups.map(({ priority, overrideAction, statement }) => {
        const group = (statement as { managedRuleGroupStatement: Record<string, unknown> })
          .managedRuleGroupStatement;
        return [priority, overrideAction, group.vendorName, group.name, group.ruleActionOverrides];
      }),
    ).to.deep.equal([
      [1, { none: {} }, 'AWS', 'AWSManagedRulesAmazonIpReputationList', []],
      [2, { none: {} }, 'AWS', 'AWSManagedRulesKnownBadInputsRuleSet', []],
      [
        3,
        { none: {} },
        'AWS',
        'AWSManagedRulesCommonRuleSet',
        [
          { name: 'SizeRestrictions_BODY', actionToUse: { count: {} } },
          { name: 'CrossSiteScripting_BODY', actionToUse: { count: {} } },
        ],
      ],
    ]);
  });

  it('lets text with paths and addresses pass where it is said to be, and nowhere else', async () => {
    const textPaths = ['/api/notes', '/api/notes/*'];
    const rules = only(await resourcesOf({ webAcl: { textPaths } }), acl).inputs.rules as Rule[];
    const common = rules[3]?.statement.managedRuleGroupStatement;
    expect(common).to.deep.include({ name: 'AWSManagedRulesCommonRuleSet' });
    const counted = ['GenericLFI_BODY', 'GenericRFI_BODY', 'EC2MetaDataSSRF_BODY'];
    expect(common?.ruleActionOverrides.slice(2)).to.deep.equal(
      counted.map((name) => ({ name, actionToUse: { count: {} } })),
    );
    // The labels are spelt as in AWS's list of the rule group, unlike the rules.
    const label = (name: string) => ({
      labelMatchStatement: { scope: 'LABEL', key: `awswaf:managed:aws:core-rule-set:${name}` },
    });
    const besides = (positionalConstraint: string, searchString: string) => ({
      notStatement: {
        statement: {
          byteMatchStatement: {
            fieldToMatch: { uriPath: {} },
            positionalConstraint,
            searchString,
            textTransformations: [{ priority: 0, type: 'NONE' }],
          },
        },
      },
    });
    expect(rules.slice(4)).to.deep.equal([
      {
        name: 'TextElsewhere',
        priority: 4,
        action: { block: {} },
        statement: {
          andStatement: {
            statements: [
              {
                orStatement: {
                  statements: ['GenericLFI_Body', 'GenericRFI_Body', 'EC2MetaDataSSRF_Body'].map(label),
                },
              },
              besides('EXACTLY', '/api/notes'),
              besides('STARTS_WITH', '/api/notes/'),
            ],
          },
        },
        visibilityConfig: {
          cloudwatchMetricsEnabled: true,
          metricName: 'TextElsewhere',
          sampledRequestsEnabled: true,
        },
      },
    ]);
  });

  it('measures every rule, and logs what was blocked or counted, without keys', async () => {
    const resources = await resourcesOf({ webAcl: { logRetentionDays: 7 } });
    const { inputs } = only(resources, acl);
    for (const measured of [inputs, ...(inputs.rules as Record<string, unknown>[])]) {
      expect(measured).to.have.nested.property('visibilityConfig.cloudwatchMetricsEnabled', true);
    }
    expect(only(resources, 'aws:cloudwatch/logGroup:LogGroup').inputs).to.deep.include({
      namePrefix: 'aws-waf-logs-site-',
      retentionInDays: 7,
    });
    const log = only(resources, 'aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration').inputs;
    expect(log.redactedFields).to.deep.equal([
      { singleHeader: { name: 'authorization' } },
      { singleHeader: { name: 'cookie' } },
    ]);
    expect(log.loggingFilter).to.deep.include({ defaultBehavior: 'DROP' });
  });

  it('may be one that exists', async () => {
    const webAclArn = 'arn:aws:wafv2:us-east-1:1:global/webacl/x/1';
    expect(await added({ webAclArn })).to.deep.equal([]);
    expect(only(await resourcesOf({ webAclArn }), distribution).inputs.webAclId).to.equal(webAclArn);
  });
});

describe('StaticSite with access logs', () => {
  it('delivers them to the bucket, from us-east-1', async () => {
    const args = { accessLogsBucketArn: 'arn:aws:s3:::logs' };
    const deliveries = ['LogDelivery', 'LogDeliveryDestination', 'LogDeliverySource'];
    expect(await added(args)).to.deep.equal(
      deliveries.map((kind) => `aws:cloudwatch/l${kind.slice(1)}:${kind} site-access-logs`),
    );
    const resources = await resourcesOf(args, { region: 'eu-west-1' });
    const inputsOf = (kind: string) =>
      ofType(resources, `aws:cloudwatch/l${kind.slice(1)}:${kind}`)[0]?.inputs ?? {};
    for (const kind of deliveries) expect(inputsOf(kind).region, kind).to.equal('us-east-1');
    expect(inputsOf('LogDeliverySource').logType).to.equal('ACCESS_LOGS');
    expect(inputsOf('LogDeliverySource').resourceArn).to.match(/:distribution\/Esite-cdn-/);
    expect(inputsOf('LogDeliveryDestination').deliveryDestinationConfiguration).to.deep.equal({
      destinationResourceArn: 'arn:aws:s3:::logs',
    });
    expect(inputsOf('LogDelivery').deliverySourceName).to.match(/^site-access-logs-/);
    expect(inputsOf('LogDelivery').deliveryDestinationArn).to.match(
      /^arn:aws:logs:us-east-1:.*site-access-logs-/,
    );
  });
});
