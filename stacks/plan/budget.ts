import { monthlyCost } from './cost.ts';
import type { Plan } from './evaluate.ts';

/** Whether a month at rest costs more than so many USD; says on stderr by how much, and the dearest lines. */
export function overBudget({ stack, resources }: Plan, limit: number): boolean {
  const { total, lines } = monthlyCost(resources);
  if (total <= limit) return false;
  const dearest = lines.slice(0, 3).map(({ what, usd }) => `${what} ${usd.toFixed(2)}`);
  console.error(
    `stack ${stack}: ${total.toFixed(2)} USD a month at rest, over the budget of ${limit}; dearest: ${dearest.join(', ')}`,
  );
  return true;
}
