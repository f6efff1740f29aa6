import { createHash } from 'node:crypto';
import type { Outcome } from '../../data/ledger/ingest.ts';
import { activationKey } from '../../data/rates/items.ts';
import { locationItems } from '../../data/rates/locations.ts';
import type { Pointer } from '../../data/rates/pointer.ts';
import type { TreeSource } from '../../data/rates/tree.ts';
import type { Activation } from './commit.ts';
import type { Job } from './job.ts';
import { locationColumns, locationRows } from './location-rows.ts';
import { putRejects, refusal } from './outcome.ts';
import { rebuild } from './rebuild.ts';
import { readRows } from './rows.ts';
import { openObject } from './source.ts';
import { readText } from './text.ts';

type LocationKind = keyof typeof locationColumns;

/**
 * Ingests a file of ports or regions. The file replaces all earlier ones of its kind, so locations that it leaves out are
 * removed. A tree with the new locations is built beside the active one; when it holds every committed batch, the pointer
 * flips to it.
 */
export async function ingestLocations(job: Job, kind: LocationKind, content: string): Promise<Outcome> {
  const { file, report, limits, writer } = job;
  const { sink, finish } = locationRows(kind, report, limits.locations);
  const { body, size } = await openObject(job.s3, job.bucket, file);
  await readRows(readText(body, size, limits), locationColumns[kind], limits, sink);
  const locations = finish();
  const refused = refusal(job);
  const rejects_key = await putRejects(job, content);
  if (refused) return { ...refused, rejects_key };

  for (const item of locationItems(content, locations)) {
    await writer.put(item);
    // Items are written one by one, since 25 items of 400 KB take longer than the client waits for an answer.
    await writer.flush();
  }
  const { duplicateOf } = await activate(job, kind, content);
  return { state: 'committed', ...report.counts, batch: content, rejects_key, duplicate_of: duplicateOf };
}

/** Builds the tree and flips to it. When another file of locations was activated meanwhile, it begins again with those. */
async function activate(job: Job, kind: LocationKind, content: string): Promise<Activation> {
  const { rates, commits, file } = job;
  for (;;) {
    const before = await commits.activation(file.id);
    if (before) return before;
    const pointer = await rates.pointer();
    if (pointer.active[kind] === content) {
      const of = ingestOf(pointer, kind);
      await commits.noteDuplicate(file.id, of);
      return { duplicateOf: of === file.id ? undefined : of };
    }

    const target = targetOf(job, kind, content, pointer);
    if (pointer.building[file.id]?.id !== target.id) {
      // Once the pointer names this tree, every commit of prices writes into it too.
      const building = { ...pointer.building, [file.id]: target };
      const next = { ...pointer, revision: pointer.revision + 1, building };
      if (!(await commits.advance(next))) continue;
    }
    await rebuild(job, await rates.tree(target));
    await flip(job, kind, target);
  }
}

/** Makes the tree the active one, unless another tree was activated since this one was begun. */
async function flip({ rates, commits, file }: Job, kind: LocationKind, target: TreeSource): Promise<void> {
  for (;;) {
    const pointer = await rates.pointer();
    // A flip removes all trees being built, since the locations that they were built from are outdated.
    if (pointer.building[file.id]?.id !== target.id) return;
    const next: Pointer = {
      revision: pointer.revision + 1,
      active: target,
      regionsIngest: kind === 'regions' ? file.id : pointer.regionsIngest,
      portsIngest: kind === 'ports' ? file.id : pointer.portsIngest,
      building: {},
    };
    if (await commits.advance(next, activationKey(file.id))) return;
  }
}

/** The tree's id comes from the file and its sources. So a run after a crash continues the same tree, and another file
 * builds one of its own. */
function targetOf({ file }: Job, kind: LocationKind, content: string, { active }: Pointer): TreeSource {
  const sources = { regions: active.regions, ports: active.ports, [kind]: content };
  const id = createHash('sha256')
    .update(`${file.id} ${sources.regions} ${sources.ports}`)
    .digest('hex')
    .slice(0, 16);
  return { id, ...sources };
}

function ingestOf(pointer: Pointer, kind: LocationKind): string | undefined {
  return kind === 'regions' ? pointer.regionsIngest : pointer.portsIngest;
}
