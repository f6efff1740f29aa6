import { quantile } from './histogram.ts';
import { type Slot, split } from './recorder.ts';
import { emptySeries, merge, type Series, type Source } from './series.ts';

/** Every series with its course over the slots, those with most values first. */
export function summarize(slots: readonly Slot[]) {
  const keys = new Set(slots.flatMap(({ series }) => [...series.keys()]));
  return [...keys].map((key) => seriesBody(key, slots)).sort((a, b) => b.count - a.count);
}

function seriesBody(key: string, slots: readonly Slot[]) {
  const [source, name] = split(key);
  const total = emptySeries();
  const course = slots.flatMap(({ start, series }) => {
    const part = series.get(key);
    if (!part) return [];
    merge(total, part);
    const { count, statuses } = part;
    return [{ start: new Date(start).toISOString(), count, ...quantiles(part, [50, 95]), statuses }];
  });
  const { count, sum, service, database, statuses } = total;
  const mean = (of: number) => rounded(of / count);
  return {
    source: source as Source,
    name,
    count,
    mean: mean(sum),
    service_mean: mean(service),
    database_mean: mean(database),
    ...quantiles(total, [50, 75, 95]),
    statuses,
    slots: course,
  };
}

type Quantiles<P extends number> = Record<`p${P}`, number>;

function quantiles<P extends number>({ histogram }: Series, percents: readonly P[]): Quantiles<P> {
  return Object.fromEntries(
    percents.map((percent) => [`p${percent}`, rounded(quantile(histogram, percent / 100) ?? 0)]),
  ) as Quantiles<P>;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
