/** Decimals that a price may have. Prices are counted in whole units of the last one, ten-thousandths. */
export const priceDecimals = 4;
export const unitsPerPrice = 10 ** priceDecimals;

/** The count and the sum of a lane's prices on one day. `sum` is in ten-thousandths. */
export interface Quotes {
  readonly count: number;
  readonly sum: bigint;
}

/** A mean of fewer prices than this would reveal a single supplier's price. */
export const minimumQuotes = 3;

/** The exact mean, rounded half up to 2 decimals; null when there are too few prices. */
export function meanPrice({ count, sum }: Quotes): number | null {
  if (count < minimumQuotes) return null;
  const divisor = BigInt(count) * BigInt(unitsPerPrice / 100);
  const cents = (2n * sum + divisor) / (2n * divisor);
  return Number(cents) / 100;
}
