/** A port or a region: `id` is a port's code or a region's slug, `parent` the slug of the region it lies in. */
export interface Place {
  readonly id: string;
  readonly name: string;
  /** Undefined at the top. */
  readonly parent: string | undefined;
}

/** Which files a tree was made of. Its id is in the keys of the segments that were rolled up by it. */
export interface TreeSource {
  readonly id: string;
  /** Content ids; undefined while no such file was ever committed. */
  readonly regions: string | undefined;
  readonly ports: string | undefined;
}

/**
 * Regions in regions and ports in regions. A port whose region nobody has named (yet) lies in none: files of ports and
 * of regions may arrive in either order.
 */
export interface Tree {
  readonly id: string;
  isPort(id: string): boolean;
  isRegion(id: string): boolean;
  /** The regions a port lies in, the smallest first; empty for a port it does not know. */
  regionsOf(port: string): readonly string[];
}

/** Levels of regions above a port. Prices are rolled up for every pair of regions, so their number grows by its square. */
export const maxDepth = 8;

export function createTree(id: string, regions: readonly Place[], ports: readonly Place[]): Tree {
  const parents = new Map(regions.map((region) => [region.id, region.parent]));
  const lines = new Map(ports.map((port) => [port.id, lineOf(port.parent, parents)]));
  return {
    id,
    isPort: (place) => lines.has(place),
    isRegion: (place) => parents.has(place),
    regionsOf: (port) => lines.get(port) ?? [],
  };
}

function lineOf(
  first: string | undefined,
  parents: ReadonlyMap<string, string | undefined>,
): readonly string[] {
  const line: string[] = [];
  // Files are checked for circles and depth before they get here; the bound only makes sure that this ends.
  for (
    let slug = first;
    slug !== undefined && parents.has(slug) && line.length < maxDepth;
    slug = parents.get(slug)
  ) {
    line.push(slug);
  }
  return line;
}
