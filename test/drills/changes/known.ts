import type { Pair } from './matrix.ts';

/** A conflict that is known until it is mended. */
interface Known {
  readonly key: string;
  /** What is told of it. */
  readonly why: RegExp;
  readonly reason: string;
}

export const known: readonly Known[] = [
  {
    key: 'network.zoneNames',
    why: /^addresses \S+ of network-vpc: the old network-vpc-(public|private|isolated)-\d has it/,
    reason: 'a subnet moves to another zone with the addresses that the old one has until it is deleted',
  },
];

/** Conflicts that are not listed and, where all settings were tried, listed ones that are gone. */
export function surprises(pairs: readonly Pair[], areAll: boolean, list: readonly Known[] = known): string[] {
  const found = pairs.flatMap(({ stack, key, from, to, conflicts }) =>
    conflicts.map((why) => ({ key, why, told: `${stack}: ${key} from ${from} to ${to}: ${why}` })),
  );
  const isListed = (conflict: { key: string; why: string }, one: Known) =>
    one.key === conflict.key && one.why.test(conflict.why);
  const unlisted = found.filter((conflict) => !list.some((one) => isListed(conflict, one)));
  const gone = list.filter((one) => areAll && !found.some((conflict) => isListed(conflict, one)));
  return [
    ...unlisted.map(({ told }) => told),
    ...gone.map(({ key, why }) => `${key}: no conflict ${why} any longer; take it out of known.ts`),
  ];
}
