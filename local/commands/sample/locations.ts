import { seededRandom } from './random.ts';

/** Slug, name and parent of common regions of freight. All ports and prices of the sample are made up. */
const regions = [
  ['asia', 'Asia', ''],
  ['europe', 'Europe', ''],
  ['americas', 'Americas', ''],
  ['africa', 'Africa', ''],
  ['china', 'China', 'asia'],
  ['southeast_asia', 'Southeast Asia', 'asia'],
  ['northeast_asia', 'Northeast Asia', 'asia'],
  ['south_asia', 'South Asia', 'asia'],
  ['north_europe', 'North Europe', 'europe'],
  ['south_europe', 'South Europe', 'europe'],
  ['north_america', 'North America', 'americas'],
  ['south_america', 'South America', 'americas'],
  ['china_north', 'North China', 'china'],
  ['china_east', 'East China', 'china'],
  ['china_south', 'South China', 'china'],
  ['baltic', 'Baltic', 'north_europe'],
  ['scandinavia', 'Scandinavia', 'north_europe'],
  ['british_isles', 'British Isles', 'north_europe'],
  ['us_east_coast', 'US East Coast', 'north_america'],
  ['us_west_coast', 'US West Coast', 'north_america'],
] as const;

/** The regions that have ports, with the country codes at the start of those ports' codes. */
const coasts: readonly (readonly [string, readonly string[]])[] = [
  ['china_south', ['CN']],
  ['baltic', ['EE', 'LV', 'LT', 'PL']],
  ['china_north', ['CN']],
  ['china_east', ['CN']],
  ['southeast_asia', ['SG', 'VN', 'TH', 'MY']],
  ['northeast_asia', ['JP', 'KR']],
  ['south_asia', ['IN', 'LK']],
  ['scandinavia', ['NO', 'SE', 'DK', 'FI']],
  ['british_isles', ['GB', 'IE']],
  ['south_europe', ['ES', 'IT', 'GR']],
  ['us_east_coast', ['US']],
  ['us_west_coast', ['US']],
  ['south_america', ['BR', 'CL', 'AR']],
  ['africa', ['ZA', 'KE', 'NG']],
];
const portsPerCoast = 10;
const vowels = 'AEIOU';
const consonants = 'BDFGKLMNPRSTVZ';

export interface SamplePort {
  readonly code: string;
  readonly name: string;
  readonly parent: string;
}

/** Makes 140 ports. The first two are CNGGZ and EETLL, since the documentation queries the lane between them. */
export function samplePorts(seed: number): SamplePort[] {
  const random = seededRandom(seed);
  const pick = (from: string | readonly string[]) => from[Math.floor(random() * from.length)] as string;
  const ports = new Map<string, SamplePort>([
    ['CNGGZ', { code: 'CNGGZ', name: 'Gaganzi', parent: 'china_south' }],
    ['EETLL', { code: 'EETLL', name: 'Tallel', parent: 'baltic' }],
  ]);
  for (const [parent, countries] of coasts) {
    const wanted = ports.size + portsPerCoast - (parent === 'china_south' || parent === 'baltic' ? 1 : 0);
    while (ports.size < wanted) {
      const syllables = [0, 1, 2].map(() => pick(consonants) + pick(vowels));
      const code = pick(countries) + syllables.map((syllable) => syllable[0]).join('');
      const name = syllables.join('');
      if (!ports.has(code)) ports.set(code, { code, name: name[0] + name.slice(1).toLowerCase(), parent });
    }
  }
  return [...ports.values()];
}

export function regionsCsv(): string {
  return csv(['slug', 'name', 'parent_slug'], regions);
}

export function portsCsv(seed: number): string {
  const rows = samplePorts(seed).map(({ code, name, parent }) => [code, name, parent]);
  return csv(['code', 'name', 'parent_slug'], rows);
}

function csv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map((row) => `${row.join(',')}\n`).join('');
}
