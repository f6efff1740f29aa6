import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../dynamodb/errors.ts';
import { pointerKey } from './items.ts';
import type { TreeSource } from './tree.ts';

/**
 * The one item that decides what readers see. Every commit of prices and every flip to another tree adds one to
 * `revision`, on condition that nothing else has changed it since it was read, so all changes have one order.
 */
export interface Pointer {
  readonly revision: number;
  readonly active: TreeSource;
  /** The files whose locations are active: their ids in the ledger. */
  readonly regionsIngest: string | undefined;
  readonly portsIngest: string | undefined;
  /** Trees being built, by the id of the file they are built for. Every commit of prices writes into them too. */
  readonly building: Readonly<Record<string, TreeSource>>;
}

/** The pointer before the first file: there are no locations and no committed batches. */
const initial: Pointer = {
  revision: 0,
  active: { id: 'none', regions: undefined, ports: undefined },
  regionsIngest: undefined,
  portsIngest: undefined,
  building: {},
};

export function toPointer(item: Item | undefined): Pointer {
  if (!item) return initial;
  return {
    revision: Number(item.revision?.N ?? 0),
    active: toSource(item.active) ?? initial.active,
    regionsIngest: item.regions_ingest?.S,
    portsIngest: item.ports_ingest?.S,
    building: Object.fromEntries(
      Object.entries(item.building?.M ?? {}).map(([id, value]) => [id, toSource(value) as TreeSource]),
    ),
  };
}

function toSource(value: AttributeValue | undefined): TreeSource | undefined {
  const fields = value?.M;
  if (!fields?.id?.S) return undefined;
  return { id: fields.id.S, regions: fields.regions?.S, ports: fields.ports?.S };
}

export function pointerItem(pointer: Pointer): Item {
  return {
    ...pointerKey,
    revision: { N: String(pointer.revision) },
    active: fromSource(pointer.active),
    building: {
      M: Object.fromEntries(Object.entries(pointer.building).map(([id, source]) => [id, fromSource(source)])),
    },
    ...(pointer.regionsIngest === undefined ? {} : { regions_ingest: { S: pointer.regionsIngest } }),
    ...(pointer.portsIngest === undefined ? {} : { ports_ingest: { S: pointer.portsIngest } }),
  };
}

function fromSource({ id, regions, ports }: TreeSource): AttributeValue {
  return {
    M: {
      id: { S: id },
      ...(regions === undefined ? {} : { regions: { S: regions } }),
      ...(ports === undefined ? {} : { ports: { S: ports } }),
    },
  };
}
