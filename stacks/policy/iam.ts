import { accountWideActions, servicesWithoutSource } from '../../components/iam.ts';
import { type Resources, type Rule, type Statement, statementsOf } from './rule.ts';

/** Every policy of a role, and what it allows. */
export function allowances(resources: Resources): { name: string; role: string; statements: Statement[] }[] {
  return ['aws:iam/rolePolicy:RolePolicy', 'aws:iam/policy:Policy'].flatMap((type) =>
    resources.of(type).map(({ name, inputs }) => ({
      name,
      role: String(inputs.role ?? ''),
      statements: statementsOf(inputs.policy).filter(({ Effect }) => Effect === 'Allow'),
    })),
  );
}

/** Names of the policies of which a statement fails. */
function failing(resources: Resources, holds: (statement: Statement) => boolean): string[] {
  return allowances(resources)
    .filter(({ statements }) => !statements.every(holds))
    .map(({ name }) => name);
}

export const iamRules: Rule[] = [
  {
    ids: ['IAM.1', 'CKV_AWS_355', 'CKV_AWS_286'],
    level: 'baseline',
    requires: 'actions are named one by one',
    violations: (resources) =>
      failing(resources, ({ Action }) => Action.every((action) => !action.includes('*'))),
  },
  {
    ids: ['own-resources'],
    level: 'baseline',
    requires: 'resources are named, except for actions that have none (accountWideActions gives the reasons)',
    violations: (resources) =>
      failing(
        resources,
        ({ Action, Resource }) =>
          !Resource.includes('*') || Action.every((action) => accountWideActions[action] !== undefined),
      ),
  },
  {
    ids: ['own-pass-role'],
    level: 'baseline',
    requires: 'a role is passed to a named service only',
    violations: (resources) =>
      failing(
        resources,
        ({ Action, Condition }) =>
          !Action.includes('iam:PassRole') || JSON.stringify(Condition ?? {}).includes('iam:PassedToService'),
      ),
  },
  {
    ids: ['own-trust'],
    level: 'baseline',
    requires:
      'a role trusts one service, acting for this account (but for servicesWithoutSource, with the reasons)',
    violations: (resources) =>
      resources.failing('aws:iam/role:Role', ({ assumeRolePolicy }) =>
        statementsOf(assumeRolePolicy).every(({ Principal, Condition }) => {
          const principals = Object.values(typeof Principal === 'object' ? Principal : {}).flat();
          return (
            principals.length === 1 &&
            (JSON.stringify(Condition ?? {}).includes('aws:Source') ||
              servicesWithoutSource[String(principals[0])] !== undefined)
          );
        }),
      ),
  },
  {
    ids: ['CKV_AWS_66', 'CloudWatch.16'],
    level: 'baseline',
    requires: 'logs expire',
    violations: (resources) =>
      resources.failing('aws:cloudwatch/logGroup:LogGroup', ({ retentionInDays }) => retentionInDays > 0),
  },
  {
    ids: ['CloudWatch.15'],
    level: 'production',
    requires: 'every alarm notifies a topic',
    violations: (resources) =>
      resources.failing(
        'aws:cloudwatch/metricAlarm:MetricAlarm',
        ({ alarmActions = [] }) => alarmActions.length > 0,
      ),
  },
];
