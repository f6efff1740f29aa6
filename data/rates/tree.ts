/** A port or a region. `id` is a port's code or a region's slug; `parent` is the slug of the region around it. */
export interface Location {
  readonly id: string;
  readonly name: string;
  /** Undefined for a region at the top, and for a port without a region. */
  readonly parent: string | undefined;
}

/** The files that a tree was made from. The tree's id is in the keys of the segments that were rolled up by it. */
export interface TreeSource {
  readonly id: string;
  /** Content ids; undefined before the first such file is committed. */
  readonly regions: string | undefined;
  readonly ports: string | undefined;
}

/**
 * Regions in regions and ports in regions. A port whose region is in no file yet has no regions: files of ports and of
 * regions may arrive in either order.
 */
export interface Tree {
  readonly id: string;
  isPort(id: string): boolean;
  isRegion(id: string): boolean;
  /** The regions around a port, the smallest first; empty for an unknown port. */
  regionsOf(port: string): readonly string[];
}

/** Levels of regions above a port. Prices are rolled up for every pair of levels, so rows grow with the square of this. */
export const maxDepth = 8;

export function createTree(id: string, regions: readonly Location[], ports: readonly Location[]): Tree {
  const parents = new Map(regions.map((region) => [region.id, region.parent]));
  const lines = new Map(ports.map((port) => [port.id, lineOf(port.parent, parents)]));
  return {
    id,
    isPort: (location) => lines.has(location),
    isRegion: (location) => parents.has(location),
    regionsOf: (port) => lines.get(port) ?? [],
  };
}

function lineOf(
  first: string | undefined,
  parents: ReadonlyMap<string, string | undefined>,
): readonly string[] {
  const line: string[] = [];
  // The ingest job has refused circles and lines that are too long; the bound makes sure that this ends all the same.
  for (
    let slug = first;
    slug !== undefined && parents.has(slug) && line.length < maxDepth;
    slug = parents.get(slug)
  ) {
    line.push(slug);
  }
  return line;
}
