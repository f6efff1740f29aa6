import { createHash } from 'node:crypto';
import { monthText } from './calendar.ts';

/**
 * Keys of the table `rates`.
 *
 * | pk | sk | item |
 * |---|---|---|
 * | `R#<orig>#<dest>` | `M#2021-01#B#<batch>#P<n>` | a segment: one batch's prices of a lane between ports in a month |
 * | `R#<orig>#<dest>#T#<tree>` | as above | the same for a lane with a region at one end or both, by one tree |
 * | `BATCH` | `<batch id>` | a commit of prices: those of a file, or those of an earlier commit negated |
 * | `DRAFT` | `<ingest id>` | the batches that a job writes and has not committed yet |
 * | `PLACES#<content>` | `00001`, … | the locations (ports or regions) of one file, in chunks; the first says since when they are unused |
 * | `POINTER` | `POINTER` | the active tree, the trees being built, and the revision that counts every change |
 * | `ACTIVATION` | `<ingest id>` | a file of locations was activated, or is a duplicate of another |
 * | `BUILD` | `<tree>` | how far a tree is built |
 * | `RETIRED` | `<tree>` | since when no new reader reads a tree |
 * | `UNKNOWN` | `<batch>` | since when segments of a batch are known that the release before may be writing |
 * | `REBUILT#<tree>` | `<content>` | a batch that the release before wrote already into a tree being built |
 *
 * A content id is the hash of a file's bytes. The first commit of a content has it as its batch id. A batch id has no `-`;
 * the batch name in the keys of segments begins with it and a `-`, so that every reader finds the commit by the name.
 * Lanes between ports are the same in every tree, so that a new tree writes the lanes of regions only.
 */

export interface Key extends Record<string, { readonly S: string }> {
  readonly pk: { readonly S: string };
  readonly sk: { readonly S: string };
}

export function key(pk: string, sk: string): Key {
  return { pk: { S: pk }, sk: { S: sk } };
}

export const pointerKey = key('POINTER', 'POINTER');
export const batchPartition = 'BATCH';
const locationsPrefix = 'PLACES#';
export const locationsPartition = (content: string) => `${locationsPrefix}${content}`;
/** The item that says of a list whether it is whole and in use: it is written first, and removed last. */
export const firstOfList = (content: string) => key(locationsPartition(content), '00001');
export const activationKey = (ingestId: string) => key('ACTIVATION', ingestId);
export const draftPartition = 'DRAFT';
export const buildPartition = 'BUILD';
export const retiredPartition = 'RETIRED';
export const unknownPartition = 'UNKNOWN';
export const rebuiltPrefix = 'REBUILT#';

/** @param tree undefined for a lane between two ports */
export function lanePartition(orig: string, dest: string, tree: string | undefined): string {
  return `R#${orig}#${dest}${tree === undefined ? '' : `#T#${tree}`}`;
}

export function segmentSort(month: number, batch: string, part: number): string {
  return `M#${monthText(month)}#B#${batch}#P${part}`;
}

/** Bounds for a key condition that selects the segments of all months from one day's to another's. */
export function segmentRange(from = '0000', to = '9999'): [string, string] {
  return [`M#${from.slice(0, 7)}`, `M#${to.slice(0, 7)}$`];
}

/** The tree of a lane's partition key; undefined for a lane between two ports. */
export function treeOf(pk: string): string | undefined {
  return pk.split('#', 5)[4];
}

/** The content of a list's partition key; undefined for other keys. */
export function listOfPartition(pk: string): string | undefined {
  return pk.startsWith(locationsPrefix) ? pk.slice(locationsPrefix.length) : undefined;
}

/** Reads the month and the batch from `M#2021-01#B#<batch>#P<n>`. */
export function parseSegmentSort(sort: string): { month: string; batch: string } {
  return { month: sort.slice(2, 9), batch: sort.slice(12, sort.lastIndexOf('#')) };
}

/** Must change when the same bytes would be read differently, so that they count as another content. */
const parserVersion = 1;

/** @param bytesHash SHA-256 of the bytes as stored */
export function contentId(kind: string, bytesHash: Buffer): string {
  return createHash('sha256')
    .update(`${parserVersion} ${kind} `)
    .update(bytesHash)
    .digest('hex')
    .slice(0, 32);
}

/** The id of the batch that negates another one. There is one at most. */
export function reversalId(id: string): string {
  return derivedId('reversal', id);
}

/** The id of the next commit of the same content, once a batch was reversed. */
export function nextBatchId(reversedId: string): string {
  return derivedId('after', reversedId);
}

/** The name of a batch in the keys of its segments. A draft that was given up leaves segments, so another has another name. */
export function batchName(id: string, draft: string): string {
  return `${id}-${draft}`;
}

export function batchIdOf(name: string): string {
  return name.slice(0, name.indexOf('-'));
}

/** The names that the release before gave: content, and eight characters of the list of ports. */
export function isEarlierName(name: string): boolean {
  return /^[0-9a-f]{32}-[0-9a-f]{0,8}$/.test(name);
}

function derivedId(relation: string, id: string): string {
  return createHash('sha256').update(`${relation} ${id}`).digest('hex').slice(0, 32);
}
