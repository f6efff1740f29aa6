import { type Finding, findings, type Level, rulesOf } from '../policy/index.ts';
import { type Cost, monthlyCost } from './cost.ts';
import type { Plan } from './evaluate.ts';
import { nearQuotas, type QuotaUse, quotaText } from './quotas.ts';

/** What there is to say of a plan besides what it consists of. */
export interface Review {
  readonly cost: Cost;
  /** Stacks that protect their data from deletion are held to the rules of production. */
  readonly level: Level;
  readonly findings: readonly Finding[];
  /** The quotas that the stack brings an account near. */
  readonly quotas: readonly QuotaUse[];
}

export function review({ resources, waivers }: Plan): Review {
  const isProduction = resources.some(({ inputs }) => inputs.deletionProtectionEnabled === true);
  const level = isProduction ? 'production' : 'baseline';
  return {
    cost: monthlyCost(resources),
    level,
    findings: findings(resources, level, waivers),
    quotas: nearQuotas(resources),
  };
}

export function reviewText({ cost, level, findings: found, quotas }: Review): string[] {
  const open = found.filter(({ waiver }) => waiver === undefined);
  const waived = found.filter(({ waiver }) => waiver !== undefined);
  return [
    'a month at rest, USD in us-east-1; traffic and stored data come on top',
    ...cost.lines.map(({ what, usd }) => amount(usd, what)),
    amount(cost.total, 'together'),
    ...cost.usage.map(({ what, usd, per }) => `  and ${usd} for ${what}, per ${per}`),
    ...(cost.unpriced.length === 0 ? [] : [`  not counted, since unpriced: ${cost.unpriced.join(', ')}`]),
    ...quotaText(quotas),
    '',
    `policy: ${rulesOf(level).length} rules (${level}), broken ${open.length} times, waived ${waived.length} times`,
    ...open.map(({ rule, resource, requires }) => `  ${rule}  ${resource}: ${requires}`),
    ...[...Map.groupBy(waived, ({ waiver }) => waiver)].map(
      ([waiver, group]) =>
        `  waived ${waiver?.rule}  ${group.map(({ resource }) => resource).join(', ')}: ${waiver?.reason}`,
    ),
  ];
}

function amount(usd: number, what: string): string {
  return `${usd.toFixed(2).padStart(9)}  ${what}`;
}
