import { checkOneOf, checkWhole, type Problems } from '../validation.ts';
import type { FargateServiceArgs } from './args.ts';
import { isExposed, type Settings } from './defaults.ts';
import { checkStepPercent, shiftsTraffic, strategies, strategiesFor } from './deployment.ts';

/** What is wrong with the way in which releases replace the tasks. */
export function deploymentProblems(args: FargateServiceArgs, { deployment }: Settings): Problems {
  const exposed = isExposed(args);
  return [
    checkOneOf('deployment.strategy', deployment.strategy, strategies),
    ...shiftProblems(args, deployment),
    checkWhole('deployment.minimumHealthyPercent', deployment.minimumHealthyPercent, 0, 100),
    checkWhole('deployment.maximumPercent', deployment.maximumPercent, 101, 200),
    checkWhole('deployment.maxErrorPercent', deployment.maxErrorPercent, 0, 99),
    args.deployment?.maxErrorPercent !== undefined && !exposed
      ? 'deployment.maxErrorPercent needs loadBalancer, listenerRules or apiGateway, which count the answers'
      : undefined,
    checkWhole('deployment.timeoutMinutes', args.deployment?.timeoutMinutes, 1, 2880),
    shiftsTraffic(deployment.strategy) && deployment.timeoutMinutes <= deployment.shiftMinutes
      ? `deployment.timeoutMinutes must be more than the ${deployment.shiftMinutes} that steps and bakeMinutes take, ` +
        `not ${deployment.timeoutMinutes}`
      : undefined,
  ];
}

const either = new Intl.ListFormat('en-GB', { type: 'disjunction' });

function shiftProblems(args: FargateServiceArgs, deployment: Settings['deployment']): Problems {
  const { strategy, testHeader } = deployment;
  const given = args.deployment ?? {};
  return [
    shiftsTraffic(strategy) &&
    strategies.some((known) => known === strategy) &&
    args.loadBalancer === undefined &&
    args.listenerRules === undefined
      ? `deployment.strategy ${strategy} needs loadBalancer or listenerRules, which shift the requests`
      : undefined,
    ...Object.entries(strategiesFor).map(([key, allowed]) =>
      given[key as keyof typeof strategiesFor] !== undefined && !allowed.some((one) => one === strategy)
        ? `deployment.${key} needs deployment.strategy ${either.format(allowed)}`
        : undefined,
    ),
    checkStepPercent('deployment.stepPercent', strategy, deployment.stepPercent),
    checkWhole('deployment.stepMinutes', deployment.stepMinutes, 0, 1440),
    checkWhole('deployment.bakeMinutes', deployment.bakeMinutes, 0, 1440),
    testHeader !== undefined && !/^[A-Za-z0-9-]{1,40}$/.test(testHeader.name)
      ? `deployment.testHeader.name must be 1 to 40 letters, digits and hyphens, not "${testHeader.name}"`
      : undefined,
    testHeader !== undefined && !/^[\x21-\x7e]{1,128}$/.test(testHeader.value.replace(/[*?]/g, ' '))
      ? 'deployment.testHeader.value must be 1 to 128 visible ASCII characters other than * and ?'
      : undefined,
  ];
}
