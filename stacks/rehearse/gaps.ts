import { readFileSync } from 'node:fs';
import type { Preview } from './pulumi.ts';

/** What emulators are known to do otherwise than AWS. */
interface Gaps {
  /** Properties that an emulator does not give back, so that a preview would change them again. */
  changes: readonly { type: string; property: string; reason: string }[];
  /** What stays in an emulator when all is deleted, as a pattern of its ARN. */
  left: readonly { arn: string; reason: string }[];
}

const gaps: Gaps = JSON.parse(readFileSync(new URL('gaps.json', import.meta.url), 'utf8'));

/** The changes that a second preview finds, `name: property, property`, without those that are known gaps. */
export function unexplainedChanges({ steps = [] }: Preview): string[] {
  return steps.flatMap(({ op, urn, detailedDiff, diffReasons = [] }) => {
    if (op === 'same' || op === 'read') return [];
    const type = urn.split('::')[2]?.split('$').at(-1);
    const properties = detailedDiff ? Object.keys(detailedDiff) : diffReasons;
    const unexplained = properties.filter(
      (path) => !gaps.changes.some((gap) => gap.type === type && gap.property === path.split(/[.[]/)[0]),
    );
    if (op === 'update' && properties.length > 0 && unexplained.length === 0) return [];
    return [
      `${op} ${urn.split('::').at(-1)}${unexplained.length === 0 ? '' : `: ${unexplained.join(', ')}`}`,
    ];
  });
}

/** The ARNs that should not have been left. */
export function unexplainedLeft(arns: readonly string[]): string[] {
  return arns.filter((arn) => !gaps.left.some((gap) => new RegExp(gap.arn).test(arn)));
}
