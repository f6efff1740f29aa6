/**
 * JSON values whose numbers keep every digit they were sent with: a double would turn 12345678901234567890 into
 * 12345678901234567000 and 1.10 into 1.1. Such a number is held as its source text (`JSON.rawJSON`), which
 * `JSON.stringify` writes back as it is.
 */
interface SourceTextJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
}

// V8 has these since Node 22; TypeScript's library does not know them yet.
const json = JSON as unknown as SourceTextJson;

export function parseLossless(text: string): unknown {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? json.rawJSON(source)
      : value,
  );
}

/** Whether a value is a JSON object, and not an array, a scalar, or a number held as text. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !json.isRawJSON(value);
}

/** Whether a number in the text is too large for a double: other JSON readers would take it for infinity. */
export function hasInfiniteNumber(text: string): boolean {
  let found = false;
  JSON.parse(text, (_key, value) => {
    if (value === Infinity || value === -Infinity) found = true;
    return value;
  });
  return found;
}

/** How deep the arrays and objects of a JSON text are nested: 0 for a scalar. */
export function depth(text: string): number {
  let level = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++level);
    else if (token === ']' || token === '}') level--;
  }
  return deepest;
}
