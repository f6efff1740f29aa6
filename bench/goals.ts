let missed = 0;

/** Prints a figure beside its goal, and whether it meets it. */
export function goal(what: string, value: number, relation: 'at least' | 'at most', limit: number): void {
  const isMet = relation === 'at least' ? value >= limit : value <= limit;
  if (!isMet) missed++;
  console.log(`  ${isMet ? 'pass' : 'FAIL'}  ${what}: ${value.toFixed(2)} (goal: ${relation} ${limit})`);
}

/** The number of goals that were not met so far. */
export function missedGoals(): number {
  return missed;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** @param share from 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}
