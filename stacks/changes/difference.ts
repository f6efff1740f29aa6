import { signatureKey, signatures, unknownValue } from '../evaluate/marks.ts';
import type { Properties } from '../evaluate/registered.ts';

/** One place in a resource's inputs that differs. */
export interface Difference {
  /** As `computeResources.subnets[0]`; what is inside of JSON text comes after `→`. */
  readonly path: string;
  /** Undefined where there is none. */
  readonly before: unknown;
  readonly after: unknown;
  /** Whether one of the two cannot be read here: a ciphertext, or known after the deployment only. */
  readonly isUncertain: boolean;
}

/** Where two resources' inputs differ. */
export function differences(before: Properties, after: Properties): Difference[] {
  return inObject('', before, after);
}

function at(path: string, before: unknown, after: unknown): Difference[] {
  const [old, now] = [unwrapped(before), unwrapped(after)];
  const isSecret = isMarked(before, signatures.secret) || isMarked(after, signatures.secret);
  const inner = compared(path, old, now);
  // What a secret holds is compared, and never shown.
  return isSecret && inner.length > 0 ? [concealed(path, inner)] : inner;
}

function compared(path: string, before: unknown, after: unknown): Difference[] {
  if (same(before, after)) return [];
  const isUncertain = [before, after].some((value) => value === unknownValue || value === ciphertext);
  if (isUncertain) return [{ path, before: shown(before), after: shown(after), isUncertain }];
  if (isAsset(before) && isAsset(after)) return inObject(path, contentOf(before), contentOf(after));
  if (isObject(before) && isObject(after)) return inObject(path, before, after);
  if (Array.isArray(before) && Array.isArray(after)) return inList(path, before, after);
  const json = [parsed(before), parsed(after)];
  if (isStructure(json[0]) && isStructure(json[1])) return compared(`${path} →`, json[0], json[1]);
  return [{ path, before: shown(before), after: shown(after), isUncertain }];
}

function inObject(path: string, before: Properties, after: Properties): Difference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => at(joined(path, key), before[key], after[key]));
}

/** Items of equal number are compared one by one; else what came and went is told. Lists of texts are sets to the
 * provider, but not inside of JSON, where a command's words have an order. */
function inList(path: string, before: unknown[], after: unknown[]): Difference[] {
  const isSet = !path.includes('→') && [...before, ...after].every((item) => typeof item === 'string');
  if (isSet && String([...before].sort()) === String([...after].sort())) return [];
  if (before.length === after.length) {
    return before.flatMap((item, index) => at(`${path}[${index}]`, item, after[index]));
  }
  const without = (these: unknown[], those: unknown[]) =>
    these.filter((item) => !those.some((other) => at('', item, other).length === 0));
  const [gone, come] = [without(before, after), without(after, before)];
  return [
    ...gone.map((item) => ({ path: `${path}[]`, before: shown(item), after: undefined, isUncertain: false })),
    ...come.map((item) => ({ path: `${path}[]`, before: undefined, after: shown(item), isUncertain: false })),
  ];
}

function concealed(path: string, inner: Difference[]): Difference {
  const hidden = (key: 'before' | 'after') =>
    inner.every((one) => one[key] === undefined) ? undefined : '[secret]';
  return {
    path,
    before: hidden('before'),
    after: hidden('after'),
    isUncertain: inner.some(({ isUncertain }) => isUncertain),
  };
}

/** Providers take numbers and truth values as text, and hold what is absent for null. */
function same(before: unknown, after: unknown): boolean {
  if ((before ?? undefined) === undefined || (after ?? undefined) === undefined) {
    return (before ?? undefined) === (after ?? undefined);
  }
  if (typeof before === 'object' || typeof after === 'object') return false;
  return String(before) === String(after);
}

/** Stands for a secret that only the stack's key can read. */
const ciphertext = Symbol('ciphertext');

function unwrapped(value: unknown): unknown {
  if (isMarked(value, signatures.resource)) return (value as Properties).id ?? (value as Properties).urn;
  if (!isMarked(value, signatures.secret)) return value;
  const { value: inner, plaintext } = value as Properties;
  if (typeof plaintext === 'string') return JSON.parse(plaintext);
  return inner === undefined ? ciphertext : unwrapped(inner);
}

function isMarked(value: unknown, signature: string): boolean {
  return isObject(value) && value[signatureKey] === signature;
}

function isAsset(value: unknown): value is Properties {
  return isMarked(value, signatures.asset) || isMarked(value, signatures.archive);
}

/** A program sends the path alone, a state has the hash as well. */
function contentOf({ path, text, uri, assets }: Properties): Properties {
  return { path, text, uri, assets };
}

function shown(value: unknown): unknown {
  if (value === unknownValue) return '[unknown]';
  if (value === ciphertext) return '[secret]';
  if (isMarked(value, signatures.secret)) return '[secret]';
  if (Array.isArray(value)) return value.map(shown);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)]));
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isObject(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStructure(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function joined(path: string, key: string): string {
  if (path === '') return key;
  return path.endsWith('→') ? `${path} ${key}` : `${path}.${key}`;
}
