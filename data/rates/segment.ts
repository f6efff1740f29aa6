import type { Item } from '../dynamodb/errors.ts';
import { key, lanePartition, segmentSort } from './items.ts';
import type { Quotes } from './mean.ts';

/** Whether a batch adds its prices, or takes those of an earlier batch out again. */
export type Sign = 1 | -1;

/**
 * A segment's days as one short text: a field for each day of the month from the first on, separated by spaces. A field
 * is empty or `<count>:<sum>`, the sum in ten-thousandths and base 36. `  3:1njchs` is three prices on the third.
 * It takes a tenth of the bytes of a map of lists, and reads, writes and storage are paid by the byte.
 * @param sign -1 to negate counts and sums: `  -3:-1njchs`
 */
export function encodeDays(
  counts: Uint32Array,
  sums: Float64Array,
  offset: number,
  days: number,
  sign: Sign = 1,
): string {
  let text = '';
  let gaps = '';
  for (let i = offset; i < offset + days; i++) {
    const count = counts[i] as number;
    if (count > 0) {
      text += `${gaps}${sign * count}:${(sign * (sums[i] as number)).toString(36)}`;
      gaps = '';
    }
    gaps += ' ';
  }
  return text;
}

/** Calls back for every day that has prices. The sum is below 2^53. */
export function decodeDays(
  text: string,
  each: (dayOfMonth: number, count: number, sum: number) => void,
): void {
  let dayOfMonth = 1;
  for (const field of text.split(' ')) {
    const colon = field.indexOf(':');
    if (colon > 0)
      each(dayOfMonth, Number(field.slice(0, colon)), Number.parseInt(field.slice(colon + 1), 36));
    dayOfMonth++;
  }
}

/** The same days with counts and sums of the other sign. */
export function negatedDays(text: string): string {
  return text.replace(/(\d+):(\w+)/g, '-$1:-$2');
}

/** Makes the segments of a batch in a month, of which there are several parts when its lanes do not fit in memory. */
export function segmentItems(tree: string | undefined, month: number, batch: string, part: number) {
  const sort = segmentSort(month, batch, part);
  return (orig: string, dest: string, prices: string): Item => ({
    ...key(lanePartition(orig, dest, tree), sort),
    prices: { S: prices },
  });
}

export type QuotesByDay = Map<string, Quotes>;

/** Adds a segment's days to those of other segments; `month` is `YYYY-MM`. */
export function addSegment(quotes: QuotesByDay, month: string, days: string): void {
  decodeDays(days, (dayOfMonth, count, sum) => {
    const day = `${month}-${dayOfMonth < 10 ? '0' : ''}${dayOfMonth}`;
    const before = quotes.get(day);
    quotes.set(day, { count: (before?.count ?? 0) + count, sum: (before?.sum ?? 0n) + BigInt(sum) });
  });
}
