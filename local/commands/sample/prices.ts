import { samplePorts } from './locations.ts';
import { seededRandom } from './random.ts';

export interface SampleOptions {
  /** Data rows. */
  readonly rows: number;
  readonly seed: number;
  /** Lanes with prices; by default as many as make the rows last for a month, or all if that needs more. */
  readonly lanes?: number;
  /** First day, `YYYY-MM-DD`; default 2021-01-01. */
  readonly from?: string;
}

/** Numbers of quotes that a lane may have on a day: mostly a few, sometimes too few for a mean, seldom none. */
const quotesPerDay = [0, 1, 2, 3, 3, 4, 4, 5, 5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8];
const meanQuotes = quotesPerDay.reduce((sum, quotes) => sum + quotes) / quotesPerDay.length;
const fewestLanes = 20;
const daysInMonth = 31;
/** One row in this many equals the row before it, as when two suppliers ask the same price. */
const equalRowEvery = 40;
const chunkLength = 65_536;
const millisecondsPerDay = 86_400_000;

/** A file of prices as pieces of CSV: day by day, all lanes each day, in US dollars. */
export function* pricesCsv({ rows, seed, lanes, from = '2021-01-01' }: SampleOptions): Generator<string> {
  const random = seededRandom(seed);
  const wanted = lanes ?? Math.max(fewestLanes, Math.ceil(rows / (meanQuotes * daysInMonth)));
  const quoted = sampleLanes(seed).slice(0, wanted);
  const levels = quoted.map(() => 600 + random() * 3400);

  let text = 'orig_code,dest_code,day,price\n';
  let row = '';
  let written = 0;
  for (let time = Date.parse(from); written < rows; time += millisecondsPerDay) {
    const day = new Date(time).toISOString().slice(0, 10);
    for (let lane = 0; lane < quoted.length && written < rows; lane++) {
      // A lane's level of prices changes by up to 1 % a day.
      const level = (levels[lane] as number) * (0.99 + random() * 0.02);
      levels[lane] = level;
      const quotes = Math.min(
        quotesPerDay[Math.floor(random() * quotesPerDay.length)] as number,
        rows - written,
      );
      for (let quote = 0; quote < quotes; quote++, written++) {
        const isEqual = quote > 0 && random() < 1 / equalRowEvery;
        if (!isEqual) row = `${quoted[lane]},${day},${priceText(level * (0.8 + random() * 0.4), random())}\n`;
        text += row;
      }
      if (text.length < chunkLength) continue;
      yield text;
      text = '';
    }
  }
  if (text) yield text;
}

/** Most prices are in cents, some in whole dollars, a few in hundredths of a cent. */
function priceText(price: number, kind: number): string {
  return price.toFixed(kind < 0.1 ? 0 : kind < 0.95 ? 2 : 4);
}

/** All pairs of ports as `orig,dest`, shuffled, CNGGZ to EETLL first. */
function sampleLanes(seed: number): string[] {
  const codes = samplePorts(seed).map(({ code }) => code);
  const lanes = codes.flatMap((orig) =>
    codes.filter((dest) => dest !== orig).map((dest) => `${orig},${dest}`),
  );
  const random = seededRandom(seed + 1);
  for (let i = lanes.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [lanes[i], lanes[j]] = [lanes[j] as string, lanes[i] as string];
  }
  const first = 'CNGGZ,EETLL';
  return [first, ...lanes.filter((lane) => lane !== first)];
}
