import { createWriteStream, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Misuse, runCommand, wholeNumber } from '../../../scripts/command.ts';
import { portsCsv, regionsCsv } from './locations.ts';
import { pricesCsv } from './prices.ts';

await runCommand({
  name: 'npm run sample',
  help: `-- [options]   writes made-up ports, regions and prices, the same for the same seed

  --rows <n>    rows of prices, such as 50000 or 1e6 (default 50000)
  --seed <n>    a whole number (default 1)
  --lanes <n>   pairs of ports with prices (default: enough for the rows to last a month)
  --from <day>  first day (default 2021-01-01)
  --out <dir>   directory for the files (default .trellis/sample)
  --json        the files as [{kind, path, bytes}]
  --help

Exit codes: 0 written, 1 not written, 2 called wrongly.`,
  options: {
    rows: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string' },
    from: { type: 'string', default: '2021-01-01' },
    out: { type: 'string', default: join('.trellis', 'sample') },
    json: { type: 'boolean', default: false },
  },
  run: async ({ from, out, json, ...values }) => {
    const rows = wholeNumber('--rows', values.rows, 1);
    const seed = wholeNumber('--seed', values.seed, 1);
    const lanes = values.lanes === undefined ? {} : { lanes: wholeNumber('--lanes', values.lanes, 1) };
    if (!/^\d{4}-\d{2}-\d{2}$/.test(from) || Number.isNaN(Date.parse(from)))
      throw new Misuse(`--from must be a day, YYYY-MM-DD, not "${from}"`);
    mkdirSync(out, { recursive: true });
    const path = (kind: string) => join(out, `${kind}.csv`);
    writeFileSync(path('regions'), regionsCsv());
    writeFileSync(path('ports'), portsCsv(seed));
    const options = { rows, seed, from, ...lanes };
    await pipeline(
      Readable.from(pricesCsv(options), { objectMode: false }),
      createWriteStream(path('prices')),
    );
    const files = ['regions', 'ports', 'prices'].map((kind) => ({
      kind,
      path: path(kind),
      bytes: statSync(path(kind)).size,
    }));
    if (json) console.log(JSON.stringify(files, null, 2));
    else for (const { path, bytes } of files) console.log(`${path}  ${bytes.toLocaleString('en')} bytes`);
  },
});
