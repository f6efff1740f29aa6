import { seededRandom } from '../../local/commands/sample/random.ts';

export interface DrillFile {
  readonly name: string;
  readonly content: string;
  /** The day that all its rows are of; copies share it. */
  readonly day: string;
  readonly isPoison: boolean;
}

export interface Cell {
  readonly price: number | null;
  readonly count: number | null;
}

const east = ['CNAAA', 'CNAAB', 'CNAAC', 'CNAAD', 'CNAAE'];
const west = ['DEAAA', 'DEAAB', 'DEAAC', 'DEAAD', 'DEAAE'];
const quotesPerLane = 30;

export const regionsFile = 'slug,name,parent_slug\neast,East,\nwest,West,\n';
export const portsFile = [
  'code,name,parent_slug',
  ...east.map((code) => `${code},${code},east`),
  ...west.map((code) => `${code},${code},west`),
  '',
].join('\n');

/** Every file has a day of its own, so that a part of it that became visible would show as a wrong cell. */
export function drillFiles(options: {
  seed: number;
  files: number;
  copies: number;
  poison: number;
}): DrillFile[] {
  const random = seededRandom(options.seed);
  const fresh = options.files - options.copies;
  const originals = Array.from({ length: fresh }, (_, i): DrillFile => {
    const day = new Date(Date.UTC(2021, 0, 1 + i)).toISOString().slice(0, 10);
    const isPoison = i >= fresh - options.poison;
    return {
      name: `${isPoison ? 'poison' : 'day'}-${day}.csv`,
      day,
      isPoison,
      content: content(day, random),
    };
  });
  const copies = originals
    .slice(0, options.copies)
    .map((original, i): DrillFile => ({ ...original, name: `copy-${i}-of-${original.day}.csv` }));
  return [...originals, ...copies].sort(() => random() - 0.5);
}

function content(day: string, random: () => number): string {
  const rows = ['orig_code,dest_code,day,price'];
  for (const orig of east)
    for (const dest of west)
      for (let i = 0; i < quotesPerLane; i++)
        rows.push(`${orig},${dest},${day},${(100_000 + Math.floor(random() * 100_000)) / 100}`);
  return `${rows.join('\n')}\n`;
}

/** What the rates from east to west must be once all these files are committed: counted from their rows. */
export function expectedCells(files: readonly DrillFile[]): Map<string, Cell> {
  return new Map(
    files.map(({ day, content: text }) => {
      const cents = text
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => Math.round(Number(row.split(',')[3]) * 100));
      const sum = cents.reduce((a, b) => a + b, 0);
      const price = Math.floor((2 * sum + cents.length) / (2 * cents.length)) / 100;
      return [day, { price, count: cents.length }];
    }),
  );
}
