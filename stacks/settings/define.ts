import type { Kind } from './kinds.ts';

/** One setting of a stack: a key of its configuration. */
export interface Definition<T, D extends T | undefined> {
  kind: Kind<T>;
  /** What holds when the stack does not say; undefined: nothing. Defaults are the safe choice, the stack files
   * loosen them where a stack may be lost. */
  default: D;
  /** For the table of README.md. */
  meaning: string;
  /** Never repeated in a message. */
  secret?: true;
}

export function define<T, D extends T | undefined>(
  kind: Kind<T>,
  fallback: D,
  meaning: string,
  secret?: true,
): Definition<T, D> {
  return { kind, default: fallback, meaning, ...(secret ? { secret } : {}) };
}
