import { createHash } from 'node:crypto';
import { type Build, buildItem } from '../../data/rates/drafts.ts';
import { activationKey } from '../../data/rates/items.ts';
import type { Pointer } from '../../data/rates/pointer.ts';
import type { TreeSource } from '../../data/rates/tree.ts';
import type { Activation } from './commit.ts';
import type { Job } from './job.ts';
import type { LocationKind, LocationList } from './location-list.ts';
import { buildFormat, rebuild } from './rebuild.ts';
import { withoutAbandoned } from './trees.ts';
import { usedIn } from './used-locations.ts';

/** A complete list left locations out that prices use by now. */
export interface StillUsed {
  readonly used: ReadonlySet<string>;
}

/**
 * Builds a tree with the list and flips to it.
 * @returns undefined when the list must be made anew: another file of its kind was activated meanwhile, or a sweep took it
 * for unused
 */
export async function activate(job: Job, list: LocationList): Promise<Activation | StillUsed | undefined> {
  const { rates, commits, file } = job;
  for (;;) {
    const before = await commits.activation(file.id);
    if (before) return before;
    const pointer = await rates.pointer();
    if (pointer.active[list.kind] !== list.before) return undefined;
    if (list.id === list.before) {
      const of = ingestOf(pointer, list.kind);
      await commits.noteDuplicate(file.id, of);
      return { duplicateOf: of === file.id ? undefined : of };
    }
    let begun = await continued(job, list, pointer);
    if (!begun) {
      if (!(await rates.isListInUse(list.id))) return undefined;
      begun = await begin(job, list, pointer);
    }
    if (!begun) continue;
    await rebuild(job, begun.build, begun.target);
    const end = await flip(job, list, begun.target);
    if (end) return end;
  }
}

interface Begun {
  readonly build: Build;
  readonly target: TreeSource;
}

/** The tree that an earlier run of this job began, if its locations are still the right ones. */
async function continued(
  { rates, file }: Job,
  list: LocationList,
  pointer: Pointer,
): Promise<Begun | undefined> {
  const target = pointer.building[file.id];
  const build = target && (await rates.build(target.id));
  const { regions, ports } = sourcesOf(list, pointer);
  return build && target.regions === regions && target.ports === ports ? { build, target } : undefined;
}

/** Names a new tree in the pointer: from then on every commit of prices writes into it too. */
async function begin(job: Job, list: LocationList, now: Pointer): Promise<Begun | undefined> {
  const { commits, file } = job;
  const { pointer, along } = await withoutAbandoned(job, now);
  const since = pointer.revision;
  const sources = sourcesOf(list, pointer);
  const target = {
    id: treeId(`${buildFormat} ${file.id} ${since} ${sources.regions} ${sources.ports}`),
    ...sources,
  };
  const build = { tree: target.id, since, written: 0 };
  const before = pointer.building[file.id];
  const next = { ...pointer, revision: since + 1, building: { ...pointer.building, [file.id]: target } };
  const isWritten = await commits.advance(next, [
    commits.listIsInUse(list.id),
    ...along,
    ...(before ? [commits.retire(before.id, 0), commits.endBuild(before.id)] : []),
    commits.put(buildItem(build)),
  ]);
  return isWritten ? { build, target } : undefined;
}

function sourcesOf({ kind, id }: LocationList, { active: { regions, ports } }: Pointer) {
  return { regions, ports, [kind]: id };
}

function treeId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Makes the tree the active one, unless another tree was activated since this one was begun. */
async function flip(
  job: Job,
  list: LocationList,
  target: TreeSource,
): Promise<Activation | StillUsed | undefined> {
  const { rates, commits, file } = job;
  for (let since = list.checked; ; ) {
    const pointer = await rates.pointer();
    // A flip removes all trees being built, since the locations that they were built from are outdated.
    if (pointer.building[file.id]?.id !== target.id) return undefined;
    const used = await usedIn(job, list, pointer, since);
    since = pointer.revision;
    const revision = pointer.revision + 1;
    if (used.size > 0) {
      const { [file.id]: _, ...building } = pointer.building;
      const giveUp = [commits.retire(target.id, 0), commits.endBuild(target.id)];
      if (await commits.advance({ ...pointer, revision, building }, giveUp)) return { used };
      continue;
    }
    const next: Pointer = {
      revision,
      active: target,
      regionsIngest: list.kind === 'regions' ? file.id : pointer.regionsIngest,
      portsIngest: list.kind === 'ports' ? file.id : pointer.portsIngest,
      building: {},
    };
    const others = Object.values(pointer.building).filter(({ id }) => id !== target.id);
    const isWritten = await commits.advance(next, [
      commits.create(activationKey(file.id)),
      commits.retire(pointer.active.id, Date.now()),
      ...others.flatMap(({ id }) => [commits.retire(id, 0), commits.endBuild(id)]),
      commits.endBuild(target.id),
    ]);
    if (!isWritten) continue;
    // The next sweep says so, if this job dies now, and the one after it removes the list.
    if (list.before !== undefined) await commits.markUnused(list.before, Date.now(), revision);
    return { duplicateOf: undefined };
  }
}

function ingestOf(pointer: Pointer, kind: LocationKind): string | undefined {
  return kind === 'regions' ? pointer.regionsIngest : pointer.portsIngest;
}
