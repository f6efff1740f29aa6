/** A JSON value, as states hand it on. */
// biome-ignore lint/suspicious/noExplicitAny: what a state's parameters look like is known to its service alone
export type Json = any;

/**
 * The interpreter takes every backslash out of what `States.JsonToString` returns, so that a quote within a string ends
 * the string. Here the function becomes a mark, and the text is written when a service is called.
 */
const mark = 'json-text';
const call = /^States\.JsonToString\((\$[^()]*)\)$/;

/** A definition whose values of `States.JsonToString` are marked. */
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
