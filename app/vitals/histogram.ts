/** Counts of values by size. Buckets grow by a factor of 10^(1/8), so a quantile is off by at most 16 %. */
export type Histogram = Record<number, number>;

const perDecade = 8;
/** Bucket 0 holds all values up to 1, the last one all values from 100,000 on. */
const last = 5 * perDecade;

export function bucketOf(value: number): number {
  return value <= 1 ? 0 : Math.min(last, Math.ceil(Math.log10(value) * perDecade));
}

/** Upper end of a bucket. */
export function upperBound(bucket: number): number {
  return 10 ** (bucket / perDecade);
}

/** @returns the value below which the given share (0 to 1) of the values is, or undefined without values. */
export function quantile(histogram: Histogram, share: number): number | undefined {
  const buckets = Object.entries(histogram).map(([bucket, count]) => [Number(bucket), count] as const);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return undefined;
  let below = 0;
  for (const [bucket, count] of buckets.sort(([a], [b]) => a - b)) {
    if (below + count >= share * total) {
      const lower = bucket === 0 ? 0 : upperBound(bucket - 1);
      const within = Math.max(0, (share * total - below) / count);
      return lower + (upperBound(bucket) - lower) * within;
    }
    below += count;
  }
  return upperBound(last);
}

export function add(to: Histogram, from: Histogram): void {
  for (const [bucket, count] of Object.entries(from)) {
    to[Number(bucket)] = (to[Number(bucket)] ?? 0) + count;
  }
}
