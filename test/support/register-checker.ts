/** One finished operation on a register. `from` and `to` order its call and its answer among all others. */
export interface Operation {
  readonly kind: 'read' | 'write';
  /** Written values differ from each other and from the initial one. */
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

/** Everything that one value went through: its write, and the reads that saw it. */
interface Cluster {
  readonly value: string;
  /** The earliest answer among them: from here on the value must have been there. */
  start: number;
  /** The latest call among them: until here the value must have been there still. */
  end: number;
}

/**
 * Checks that a history of a register with unique writes is linearizable (Gibbons and Korach, "Testing shared
 * memories", 1997, theorem 4.4): a value occupies the time between the first answer and the last call that involve it.
 * Two values may not both be needed at one time, nor may one that needs only a moment have it inside another's time.
 * @returns what is wrong, or undefined
 */
export function findViolation(history: readonly Operation[], initial: string): string | undefined {
  const clusters = new Map<string, Cluster>([
    [initial, { value: initial, start: Number.NEGATIVE_INFINITY, end: Number.NEGATIVE_INFINITY }],
  ]);
  const writes = new Map<string, Operation>();
  for (const operation of history.filter(({ kind }) => kind === 'write')) {
    const { value, from, to } = operation;
    if (clusters.has(value)) throw new Error(`${value} was written twice: this checker needs unique values`);
    writes.set(value, operation);
    clusters.set(value, { value, start: to, end: from });
  }
  for (const { kind, value, from, to } of history) {
    if (kind === 'write') continue;
    const cluster = clusters.get(value);
    if (!cluster) return `${value} was read and never written`;
    if (to < (writes.get(value)?.from ?? Number.NEGATIVE_INFINITY))
      return `${value} was read before its write`;
    cluster.start = Math.min(cluster.start, to);
    cluster.end = Math.max(cluster.end, from);
  }

  const all = [...clusters.values()];
  // Where the first answer precedes the last call, the value holds the register all the time between them.
  const forward = all.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
  for (const [i, next] of forward.entries()) {
    const before = forward[i - 1];
    if (before && next.start < before.end)
      return `${before.value} was there at ${before.start} and at ${before.end}, ${next.value} at ${next.start} between`;
  }
  // Otherwise all its operations overlap, and any moment from the last call to the first answer will do.
  for (const { value, start, end } of all.filter((cluster) => cluster.start >= cluster.end)) {
    const holder = forward.find((other) => other.start < end && start < other.end);
    if (holder)
      return `${value} has no moment from ${end} to ${start} in which ${holder.value} was not there`;
  }
  return undefined;
}
