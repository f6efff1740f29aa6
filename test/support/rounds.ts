/**
 * How thorough a test is: the full size that an issue names in the drills (`npm run drill:service`), a smaller one of
 * the same kind in `npm test`, which is to stay quick on two cores.
 */
export const full = process.env.TRELLIS_DRILL === 'full';

export function sized(full_: number, small: number): number {
  return full ? full_ : small;
}

/** Milliseconds after which a test of many rounds has hung. */
export const hangLimit = sized(900_000, 120_000);
