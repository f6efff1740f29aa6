// biome-ignore lint/suspicious/noExplicitAny: inputs are read, whatever their shape.
export type Inputs = Record<string, any>;

/** By path: another name, which may lead into an object beside (`deploymentConfiguration.alarms`); or what stands in
 * its place. */
export type Names = Readonly<Record<string, string | ((value: Inputs) => Inputs)>>;

/** Inputs under AWS's names. */
export function reshaped(value: unknown, names: Names, path = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => reshaped(item, names, path));
  if (typeof value !== 'object' || value === null) return value;
  const result: Inputs = {};
  for (const [key, inner] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    const name = names[at];
    if (typeof name === 'function') Object.assign(result, name(inner));
    else put(result, name?.split('.') ?? [key], reshaped(inner, names, at));
  }
  return result;
}

function put(target: Inputs, [step = '', ...rest]: string[], value: unknown): void {
  if (rest.length > 0) {
    target[step] ??= {};
    put(target[step], rest, value);
  } else if (typeof target[step] === 'object') Object.assign(target[step], value);
  else target[step] = value;
}
