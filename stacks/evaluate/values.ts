import { signatureKey, signatures, unknownValue } from './marks.ts';
import { nameOf } from './urn.ts';

/** Pulumi's wire marks as readable text; keys sorted, undefined left out. */
export function plain(value: unknown): unknown {
  return mapped(value, { secret: () => '[secret]', unknown: '[unknown]' });
}

/** What a provider computes with: secrets as what they are, unknown values left out. */
export function revealed(value: unknown): unknown {
  return mapped(value, { secret: revealed, unknown: undefined });
}

function mapped(value: unknown, as: { secret: (inner: unknown) => unknown; unknown: unknown }): unknown {
  if (value === unknownValue) return as.unknown;
  if (Array.isArray(value)) return value.map((item) => mapped(item, as));
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Record<string, unknown>;
  const signature = object[signatureKey];
  if (signature === signatures.secret) return as.secret(object.value);
  if (signature === signatures.resource) return nameOf(String(object.urn));
  return Object.fromEntries(
    Object.keys(object)
      .filter((key) => object[key] !== undefined && key !== signatureKey)
      .sort()
      .map((key) => [key, mapped(object[key], as)]),
  );
}
