import { createWriteStream, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { portsCsv, regionsCsv } from './places.ts';
import { pricesCsv } from './prices.ts';

const help = `npm run sample -- [options]   writes made-up ports, regions and prices, the same for the same seed

  --rows <n>    rows of prices, such as 50000 or 1e6 (default 50000)
  --seed <n>    a whole number (default 1)
  --lanes <n>   pairs of ports with prices (default: enough for the rows to last a month)
  --from <day>  first day (default 2021-01-01)
  --out <dir>   where to (default .trellis/sample)
  --help`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string' },
    from: { type: 'string', default: '2021-01-01' },
    out: { type: 'string', default: join('.trellis', 'sample') },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(help);
else {
  await write().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

async function write(): Promise<void> {
  const rows = wholeNumber('--rows', values.rows);
  const seed = wholeNumber('--seed', values.seed);
  const lanes = values.lanes === undefined ? {} : { lanes: wholeNumber('--lanes', values.lanes) };
  if (!/^\d{4}-\d{2}-\d{2}$/.test(values.from) || Number.isNaN(Date.parse(values.from))) {
    throw new Error(`--from must be a day, YYYY-MM-DD, not "${values.from}"`);
  }
  mkdirSync(values.out, { recursive: true });
  const paths = ['regions.csv', 'ports.csv', 'prices.csv'].map((name) => join(values.out, name));
  const [regions, ports, prices] = paths as [string, string, string];
  writeFileSync(regions, regionsCsv());
  writeFileSync(ports, portsCsv(seed));
  const options = { rows, seed, from: values.from, ...lanes };
  await pipeline(Readable.from(pricesCsv(options), { objectMode: false }), createWriteStream(prices));
  for (const path of paths) console.log(`${path}  ${statSync(path).size.toLocaleString('en')} bytes`);
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new Error(`${option} must be a whole number from 1, not "${text}"`);
  }
  return number;
}
