import type { Inputs, Rule } from './rule.ts';

const loadBalancer = 'aws:lb/loadBalancer:LoadBalancer';
const listener = 'aws:lb/listener:Listener';

function balancer(
  ids: string[],
  level: Rule['level'],
  requires: string,
  holds: (inputs: Inputs) => boolean,
): Rule {
  return { ids, level, requires, violations: (resources) => resources.failing(loadBalancer, holds) };
}

export const entryRules: Rule[] = [
  {
    ids: ['ELB.1'],
    level: 'production',
    requires: 'plain HTTP is redirected to HTTPS',
    violations: (resources) =>
      resources.failing(
        listener,
        ({ protocol, defaultActions = [] }) =>
          protocol !== 'HTTP' ||
          defaultActions.every(({ redirect }: Inputs) => redirect?.protocol === 'HTTPS'),
      ),
  },
  {
    ids: ['CKV_AWS_103'],
    level: 'production',
    requires: 'listeners speak TLS 1.2 or later, or redirect',
    violations: (resources) =>
      resources.failing(
        listener,
        ({ sslPolicy = '', defaultActions = [] }) =>
          /^ELBSecurityPolicy-(FS|TLS|TLS13)-1-[23]-/.test(sslPolicy) ||
          defaultActions.every(({ type }: Inputs) => type === 'redirect'),
      ),
  },
  balancer(
    ['ELB.4'],
    'baseline',
    'invalid headers are dropped',
    ({ dropInvalidHeaderFields }) => dropInvalidHeaderFields === true,
  ),
  balancer(
    ['ELB.12'],
    'baseline',
    'requests that could be smuggled are refused',
    ({ desyncMitigationMode }) => ['defensive', 'strictest'].includes(desyncMitigationMode),
  ),
  balancer(['ELB.5'], 'production', 'access is logged', ({ accessLogs }) => accessLogs?.enabled === true),
  balancer(
    ['ELB.6'],
    'production',
    'the load balancer refuses deletion',
    ({ enableDeletionProtection }) => enableDeletionProtection === true,
  ),
  balancer(
    ['ELB.13'],
    'baseline',
    'it stands in two zones at least',
    ({ subnets = [] }) => new Set(subnets).size >= 2,
  ),
  {
    ids: ['ELB.16'],
    level: 'production',
    requires: 'a web ACL protects it',
    violations: (resources) => {
      const served = resources
        .of('aws:wafv2/webAclAssociation:WebAclAssociation')
        .map(({ inputs }) => inputs.resourceArn);
      return resources.failing(loadBalancer, (_, { name }) =>
        served.some((arn) => String(arn).includes(`/app/${name}`)),
      );
    },
  },
  {
    ids: ['CKV_AWS_261'],
    level: 'baseline',
    requires: 'targets are checked for health',
    violations: (resources) =>
      resources.failing(
        'aws:lb/targetGroup:TargetGroup',
        ({ healthCheck }) => healthCheck?.path !== undefined,
      ),
  },
  {
    ids: ['APIGateway.9'],
    level: 'baseline',
    requires: 'access to an HTTP API is logged',
    violations: (resources) =>
      resources.failing(
        'aws:apigatewayv2/stage:Stage',
        ({ accessLogSettings }) => accessLogSettings?.destinationArn !== undefined,
      ),
  },
  {
    ids: ['own-throttling'],
    level: 'baseline',
    requires: 'an HTTP API limits the rate of requests',
    violations: (resources) =>
      resources.failing(
        'aws:apigatewayv2/stage:Stage',
        ({ defaultRouteSettings: limits }) =>
          limits?.throttlingRateLimit > 0 && limits?.throttlingBurstLimit > 0,
      ),
  },
];
