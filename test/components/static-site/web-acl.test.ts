import { expect } from 'chai';
import { only } from '../mocks.ts';
import { added, distribution, resourcesOf } from './fixture.ts';

interface Rule {
  statement: {
    managedRuleGroupStatement?: { ruleActionOverrides: object[] };
  };
}

describe('StaticSite with a web ACL', () => {
  const acl = 'aws:wafv2/webAcl:WebAcl';

  it('has one in us-east-1 with a log, wherever the stack is', async () => {
    expect(await added({ webAcl: {} })).to.deep.equal([
      'aws:cloudwatch/logGroup:LogGroup site-acl',
      `${acl} site-acl`,
      'aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration site-acl',
    ]);
    const resources = await resourcesOf({ webAcl: {} }, { region: 'eu-west-1' });
    // A log group takes no key of another region.
    const keyIn = async (region: string) => {
      const keyArn = `arn:aws:kms:${region}:1:key/1`;
      const found = await resourcesOf({ webAcl: {}, keyArn }, { region });
      return only(found, 'aws:cloudwatch/logGroup:LogGroup').inputs.kmsKeyId;
    };
    expect(await keyIn('eu-west-1')).to.equal(undefined);
    expect(await keyIn('us-east-1')).to.match(/^arn:aws:kms:us-east-1:/);
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
