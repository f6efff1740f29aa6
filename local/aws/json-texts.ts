/** A JSON value that states pass on. */
// biome-ignore lint/suspicious/noExplicitAny: what a state's parameters look like is known to its service alone
export type Json = any;

/**
 * The interpreter removes every backslash from the result of `States.JsonToString`, so a quote within a string would end
 * the string. Therefore the function is replaced by a mark, and the text is made when a service is called.
 */
const mark = 'json-text';
const call = /^States\.JsonToString\((\$[^()]*)\)$/;

/** The definition with marks in place of its calls of `States.JsonToString`. */
export function markJsonTexts(value: Json): Json {
  return mapped(value, (key, inner) => {
    const [, path] = (key.endsWith('.$') && typeof inner === 'string' && call.exec(inner)) || [];
    return path === undefined ? [key, markJsonTexts(inner)] : [key.slice(0, -2), { [`${mark}.$`]: path }];
  });
}

/** The parameters of a service with the texts in place of the marks. */
export function writeJsonTexts(value: Json): Json {
  if (typeof value === 'object' && value !== null && mark in value) return JSON.stringify(value[mark]);
  return mapped(value, (key, inner) => [key, writeJsonTexts(inner)]);
}

function mapped(value: Json, entry: (key: string, value: Json) => [string, Json]): Json {
  if (Array.isArray(value)) return value.map((inner) => entry('', inner)[1]);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => entry(key, inner)));
}
