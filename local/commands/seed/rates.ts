import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Api } from '../api.ts';
import { portsCsv, regionsCsv } from '../sample/locations.ts';
import { pricesCsv } from '../sample/prices.ts';
import { follow, uploadFile } from '../upload-file.ts';
import type { Seeded } from './players.ts';

/** Enough for some quotes per lane on every day of January 2021. */
const rows = 5000;
const seed = 1;

/** Uploads sample regions, ports and prices as a supplier would. The same content again changes nothing. */
export async function seedRates(api: Api, seeded: (entry: Seeded) => void): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-seed-'));
  try {
    // In this order: prices of unknown ports would be rejected.
    await ingest('regions', [regionsCsv()]);
    await ingest('ports', [portsCsv(seed)]);
    await ingest('prices', pricesCsv({ rows, seed }));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }

  async function ingest(kind: string, chunks: Iterable<string>): Promise<void> {
    const file = join(directory, `sample-${kind}.csv`);
    await writeFile(file, Readable.from(chunks));
    const id = await uploadFile(api, file, { kind, partial: false, progress: () => {} });
    const end = await follow(api, id, () => {});
    if (end.state !== 'committed') throw new Error(`the sample ${kind} are ${end.state}: ${end.reason}`);
    const was_there = end.duplicate_of !== undefined;
    seeded({ kind, name: was_there ? 'the same content' : `${end.rows_accepted} rows`, was_there });
  }
}
