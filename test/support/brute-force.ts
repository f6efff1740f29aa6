/** What /rates must answer, by the definition: every row of every file, one after the other, with whole numbers. */

export interface Row {
  readonly day: string;
  readonly price: string;
  /** The port and all regions it lies in. */
  readonly origs: ReadonlySet<string>;
  readonly dests: ReadonlySet<string>;
}

export interface Rate {
  readonly day: string;
  readonly price: number | null;
  readonly count: number | null;
}

/** The rows of CSV files whose columns are in the documented order. */
export function allRows(regionsCsv: string, portsCsv: string, pricesCsvs: readonly string[]): Row[] {
  const parents = new Map(
    [...records(regionsCsv), ...records(portsCsv)].map(([id, , parent]) => [id as string, parent as string]),
  );
  const lines = new Map<string, ReadonlySet<string>>();
  const lineOf = (port: string): ReadonlySet<string> => {
    const known = lines.get(port);
    if (known) return known;
    const line = new Set<string>();
    for (let place = port; place && parents.has(place); place = parents.get(place) as string) line.add(place);
    lines.set(port, line);
    return line;
  };
  return pricesCsvs.flatMap(records).map(([orig, dest, day, price]) => ({
    day: day as string,
    price: price as string,
    origs: lineOf(orig as string),
    dests: lineOf(dest as string),
  }));
}

export function bruteForce(
  rows: readonly Row[],
  orig: string,
  dest: string,
  from: string,
  to: string,
): Rate[] {
  const prices = new Map<string, string[]>();
  for (const row of rows) {
    if (!row.origs.has(orig) || !row.dests.has(dest)) continue;
    prices.set(row.day, [...(prices.get(row.day) ?? []), row.price]);
  }
  const rates: Rate[] = [];
  for (let day = to; day >= from; day = dayBefore(day)) {
    const found = prices.get(day);
    if (!found) rates.push({ day, price: null, count: null });
    else rates.push({ day, price: found.length < 3 ? null : mean(found), count: found.length });
  }
  return rates;
}

/** Of decimal texts; rounded half up to 2 decimals by long division of whole numbers. */
function mean(prices: readonly string[]): number {
  const sum = prices.reduce((total, price) => {
    const [whole = '', fraction = ''] = price.split('.');
    return total + BigInt(whole + fraction.padEnd(6, '0'));
  }, 0n);
  const thousandths = (sum * 1000n) / (BigInt(prices.length) * 1_000_000n);
  const cents = thousandths / 10n + (thousandths % 10n >= 5n ? 1n : 0n);
  return Number(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`);
}

function dayBefore(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}

function records(csv: string): string[][] {
  return csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
}
