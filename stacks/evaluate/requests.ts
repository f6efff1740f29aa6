import resources from '@pulumi/pulumi/proto/resource_pb.js';
import structs from 'google-protobuf/google/protobuf/struct_pb.js';
import { unknownValue } from './marks.ts';
import type { Child, MadeChild, Properties } from './registered.ts';

/** The registration that the other package's process would send for a child of its component. */
export function childRequest(
  child: Child,
  parent: string,
  siblings: readonly (MadeChild & { key: string })[],
): resources.RegisterResourceRequest {
  const request = new resources.RegisterResourceRequest();
  request.setType(child.type);
  request.setName(child.name);
  request.setParent(parent);
  request.setCustom(true);
  const ids = siblings.map(({ key, answer }) => [key, answer.id ?? unknownValue]);
  request.setObject(toStruct({ ...child.inputs, ...Object.fromEntries(ids) }));
  request.setDependenciesList([...new Set(siblings.map(({ resource }) => resource.urn))]);
  for (const { key, resource } of siblings) {
    const urns = new resources.RegisterResourceRequest.PropertyDependencies().setUrnsList([resource.urn]);
    request.getPropertydependenciesMap().set(key, urns);
  }
  return request;
}

/** A resource that is read is told to the engine in another message with the same meaning. */
export function readRequest(read: resources.ReadResourceRequest): resources.RegisterResourceRequest {
  const request = new resources.RegisterResourceRequest();
  request.setType(read.getType());
  request.setName(read.getName());
  request.setParent(read.getParent());
  request.setCustom(true);
  request.setObject(read.getProperties());
  request.setDependenciesList(read.getDependenciesList());
  request.setProvider(read.getProvider());
  return request;
}

/** An absent output may be written as undefined, which the message cannot hold: its absence says the same. */
export function toStruct(properties: Properties): structs.Struct {
  // biome-ignore lint/suspicious/noExplicitAny: the generated type takes JSON values alone; properties hold no others.
  return structs.Struct.fromJavaScript(withoutUndefined(properties) as any);
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : withoutUndefined(item)));
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(given.map(([key, inner]) => [key, withoutUndefined(inner)]));
}
