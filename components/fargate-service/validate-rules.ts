import { lastPriority, nextFree, ownStack, prioritiesPerService, takenBy } from '../load-balancer/index.ts';
import { checkNames, checkWhole, type Label, type Problems } from '../validation.ts';
import type { FargateServiceArgs } from './args.ts';
import type { ListenerRuleSettings, Settings } from './defaults.ts';
import { shiftsTraffic } from './deployment.ts';

/** What is wrong with the rules on listeners that others share. */
export function listenerRuleProblems(
  args: FargateServiceArgs,
  { listenerRules, deployment }: Settings,
  ofTargetGroup: (rule: ListenerRuleSettings, label: Label) => Problems,
): Problems {
  const shifts = shiftsTraffic(deployment.strategy);
  return [
    args.listenerRules?.length === 0
      ? 'listenerRules must hold at least one rule, or be left out'
      : undefined,
    // ECS takes five target groups for a service (API reference, CreateService).
    listenerRules.length > 5 ? `listenerRules: at most 5, not ${listenerRules.length}` : undefined,
    shifts && listenerRules.length > 1
      ? `deployment.strategy ${deployment.strategy} needs one of listenerRules, not ${listenerRules.length}`
      : undefined,
    ...checkNames(
      'listenerRules',
      listenerRules.map(({ name }) => name),
    ),
    ...listenerRules.flatMap((rule, index) => [
      ...ruleProblems(rule, shifts && deployment.testHeader !== undefined),
      checkPriority(rule, args.listenerRules?.[index]?.priority),
      checkClash(rule, listenerRules.slice(0, index)),
      ...ofTargetGroup(rule, (argument) => `listenerRules "${rule.name}": targetGroup.${argument}`),
    ]),
  ];
}

/** A rule has five values, the header of a release under test included, and six wildcards (Elastic Load Balancing user guide,
 * "Quotas for your Application Load Balancers"). */
function ruleProblems({ name, hosts, paths, port }: ListenerRuleSettings, isTested: boolean): Problems {
  const of = `listenerRules "${name}"`;
  const values = hosts.length + paths.length + (isTested ? 1 : 0);
  const wildcards = [...hosts, ...paths].join('').replace(/[^*?]/g, '').length;
  return [
    checkWhole(`${of}: port`, port, 1, 65_535),
    values > 5
      ? `${of}: hosts, paths and the header of deployment.testHeader may be 5 together, not ${values}`
      : undefined,
    wildcards > 6 ? `${of}: at most 6 wildcards, not ${wildcards}` : undefined,
    ...hosts
      .filter((host) => !/^[A-Za-z0-9.*?-]{1,128}$/.test(host))
      .map((host) => `${of}: "${host}" is no host, such as shop.example.com or *.example.com`),
    ...paths
      .filter((path) => !/^[/*][A-Za-z0-9_.$/~"'@:+&*?-]{0,127}$/.test(path))
      .map((path) => `${of}: "${path}" is no path, such as /api/*`),
  ];
}

function checkPriority(
  { name, listener, priority }: ListenerRuleSettings,
  given: number | undefined,
): string | undefined {
  if (given === undefined && listener.stack !== ownStack()) {
    return (
      `listenerRules "${name}": the listener is of another stack (listener.stack), whose services this one does not know; ` +
      'set priority'
    );
  }
  const last = lastPriority - prioritiesPerService + 1;
  return checkWhole(`listenerRules "${name}": priority`, priority, 1, last);
}

/** Another service of this program, or another rule of this service, has the priority. */
function checkClash(
  { name, listener, priority }: ListenerRuleSettings,
  earlier: ListenerRuleSettings[],
): string | undefined {
  const { listenerArn } = listener;
  const own = earlier.find(
    (rule) =>
      rule.listener.listenerArn === listenerArn && Math.abs(rule.priority - priority) < prioritiesPerService,
  );
  const taken = own?.name ?? takenBy(listenerArn, priority);
  if (taken === undefined) return undefined;
  const free = nextFree(listenerArn, priority + prioritiesPerService);
  return (
    `listenerRules "${name}": its priorities, from ${priority} on, clash with those of "${taken}" on the same listener; ` +
    `set priority of one of them, such as ${free}`
  );
}
