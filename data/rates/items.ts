import { createHash } from 'node:crypto';
import { monthText } from './calendar.ts';

/**
 * Keys of the table `rates`.
 *
 * | pk | sk | item |
 * |---|---|---|
 * | `R#<orig>#<dest>` | `M#2021-01#B#<batch>#P<n>` | a segment: one batch's prices of a lane between ports in a month |
 * | `R#<orig>#<dest>#T#<tree>` | as above | the same for a lane with a region at one end or both, by one tree |
 * | `BATCH` | `<content>` | a committed file of prices |
 * | `PLACES#<content>` | `00001`, … | the locations (ports or regions) of one file, in chunks |
 * | `POINTER` | `POINTER` | the active tree, the trees being built, and the revision that counts every change |
 * | `ACTIVATION` | `<ingest id>` | a file of locations was activated, or is a duplicate of another |
 * | `REBUILT#<tree>` | `<content>` | a batch that was written already into a tree being built |
 *
 * A content id is the hash of a file's bytes; a batch id is that of its prices as accepted against one set of ports.
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
export const locationsPartition = (content: string) => `PLACES#${content}`;
export const activationKey = (ingestId: string) => key('ACTIVATION', ingestId);
export const rebuiltPartition = (tree: string) => `REBUILT#${tree}`;

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

/** @param ports the content whose ports the rows were checked against */
export function batchId(content: string, ports: string | undefined): string {
  return `${content}-${(ports ?? '').slice(0, 8)}`;
}

export function contentOf(batch: string): string {
  return batch.slice(0, batch.indexOf('-'));
}
