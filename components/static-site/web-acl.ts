import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { WebAclSettings } from './defaults.ts';
import { edgeRegion, type Scope } from './scope.ts';

type WebAclRule = aws.types.input.wafv2.WebAclRule;
type WebAclStatement = aws.types.input.wafv2.WebAclRuleStatement;

/** Rules of AWSManagedRulesCommonRuleSet that refuse a body with `../../` or with a URL of an IPv4 or metadata address.
 * The values are the last parts of the labels that they set. */
const textRules = {
  GenericLFI_BODY: 'GenericLFI_Body',
  GenericRFI_BODY: 'GenericRFI_Body',
  EC2MetaDataSSRF_BODY: 'EC2MetaDataSSRF_Body',
};

/** The web ACL in front of the distribution, with metrics and a log of the requests that it refused. */
export function createWebAcl(scope: Scope, settings: WebAclSettings): aws.wafv2.WebAcl {
  const acl = new aws.wafv2.WebAcl(
    `${scope.name}-acl`,
    {
      region: edgeRegion,
      scope: 'CLOUDFRONT',
      description: `Before ${scope.name}`,
      defaultAction: { allow: {} },
      rules: rulesOf(settings),
      visibilityConfig: visibility('WebAcl'),
      tags: scope.tags,
    },
    scope.child,
  );
  createLog(scope, settings, acl);
  return acl;
}

function rulesOf(settings: WebAclSettings): WebAclRule[] {
  const groups = Object.entries(ruleGroups(settings)).map(managedRule);
  const rules = [rateRule(settings), ...groups];
  return settings.textPaths.length === 0 ? rules : [...rules, textRule(settings.textPaths, rules.length)];
}

/** AWS's rule groups, each with those of its rules that only count. */
function ruleGroups({ textPaths }: WebAclSettings): Record<string, string[]> {
  return {
    AWSManagedRulesAmazonIpReputationList: [],
    AWSManagedRulesKnownBadInputsRuleSet: [],
    // Users' properties exceed the 8 KB of the first rule, and texts may hold the markup that the second one looks for.
    // They are stored as data and escaped where they are shown.
    AWSManagedRulesCommonRuleSet: [
      'SizeRestrictions_BODY',
      'CrossSiteScripting_BODY',
      ...(textPaths.length === 0 ? [] : Object.keys(textRules)),
    ],
  };
}

/** Blocks the requests that `textRules` have counted, except on the paths where text is expected. */
function textRule(paths: string[], priority: number): WebAclRule {
  const labels = Object.values(textRules).map((label) => ({
    labelMatchStatement: { scope: 'LABEL', key: `awswaf:managed:aws:core-rule-set:${label}` },
  }));
  const elsewhere = paths.map((path) => ({ notStatement: { statement: pathStatement(path) } }));
  return {
    name: 'TextElsewhere',
    priority,
    action: { block: {} },
    statement: { andStatement: { statements: [{ orStatement: { statements: labels } }, ...elsewhere] } },
    visibilityConfig: visibility('TextElsewhere'),
  };
}

function pathStatement(path: string): WebAclStatement {
  return {
    byteMatchStatement: {
      fieldToMatch: { uriPath: {} },
      positionalConstraint: path.endsWith('/*') ? 'STARTS_WITH' : 'EXACTLY',
      searchString: path.replace(/\*$/, ''),
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
}

function rateRule({ requestsPerFiveMinutes }: WebAclSettings): WebAclRule {
  return {
    name: 'RatePerAddress',
    priority: 0,
    action: { block: {} },
    statement: {
      rateBasedStatement: { aggregateKeyType: 'IP', limit: requestsPerFiveMinutes, evaluationWindowSec: 300 },
    },
    visibilityConfig: visibility('RatePerAddress'),
  };
}

function managedRule([name, counted]: [string, string[]], index: number): WebAclRule {
  return {
    name,
    priority: index + 1,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: visibility(name),
  };
}

function visibility(metricName: string): aws.types.input.wafv2.WebAclVisibilityConfig {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true };
}

/** Logs refused and counted requests only. At 0.50 USD per GB a log of all requests would cost more than the web ACL. */
function createLog(scope: Scope, { logRetentionDays }: WebAclSettings, acl: aws.wafv2.WebAcl): void {
  const log = new aws.cloudwatch.LogGroup(
    `${scope.name}-acl`,
    {
      region: edgeRegion,
      // WAF writes only to log groups with this prefix.
      namePrefix: `aws-waf-logs-${scope.name}-`,
      retentionInDays: logRetentionDays,
      kmsKeyId: keyAtTheEdge(scope) as pulumi.Output<string> | undefined,
      tags: scope.tags,
    },
    scope.child,
  );
  new aws.wafv2.WebAclLoggingConfiguration(
    `${scope.name}-acl`,
    {
      region: edgeRegion,
      resourceArn: acl.arn,
      logDestinationConfigs: [log.arn],
      redactedFields: [{ singleHeader: { name: 'authorization' } }, { singleHeader: { name: 'cookie' } }],
      loggingFilter: {
        defaultBehavior: 'DROP',
        filters: [
          {
            behavior: 'KEEP',
            requirement: 'MEETS_ANY',
            conditions: ['BLOCK', 'COUNT'].map((action) => ({ actionCondition: { action } })),
          },
        ],
      },
    },
    // A web ACL has one log. Deleting the old configuration last would take the new one away.
    { ...scope.child, deleteBeforeReplace: true },
  );
}

/** A log group takes a key of its own region only. */
function keyAtTheEdge({ settings: { keyArn } }: Scope): pulumi.Output<string | undefined> | undefined {
  if (keyArn === undefined) return undefined;
  return pulumi.output(keyArn).apply((arn) => (arn.split(':')[3] === edgeRegion ? arn : undefined));
}
