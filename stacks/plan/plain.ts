import * as pulumi from '@pulumi/pulumi';

/** Logical name of a URN. */
export function nameOf(urn: string): string {
  return urn.split('::').slice(3).join('::');
}

/** Pulumi's wire marks (documented in its SDK's rpc.ts) as readable text; keys sorted, undefined left out. */
export function plain(value: unknown): unknown {
  if (value === pulumi.runtime.unknownValue) return '[unknown]';
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Record<string, unknown>;
  const signature = object[pulumi.runtime.specialSigKey];
  if (signature === pulumi.runtime.specialSecretSig) return '[secret]';
  if (signature === pulumi.runtime.specialResourceSig) return nameOf(String(object.urn));
  return Object.fromEntries(
    Object.keys(object)
      .filter((key) => object[key] !== undefined && key !== pulumi.runtime.specialSigKey)
      .sort()
      .map((key) => [key, plain(object[key])]),
  );
}
