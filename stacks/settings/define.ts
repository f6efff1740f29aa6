import type { Kind } from './kinds.ts';

/** One setting of a stack: a key of its configuration. */
export interface Definition<T, D extends T | undefined> {
  kind: Kind<T>;
  /** The value where the stack sets none. Defaults are the safe choice; the stack files loosen them where a stack may be
   * lost. */
  default: D;
  /** Text for the table in docs/settings.md. */
  meaning: string;
  /** Its value is never repeated in a message. */
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
