import { isCidr } from '../../components/validation.ts';

/** A kind of values: how a setting's text is read, and how its values are described in errors and in the table. */
export interface Kind<T> {
  /** What the value must be, as it follows "must be". */
  expected: string;
  /** The value that the text stands for, or undefined when it stands for none. */
  read(text: string): T | undefined;
}

/** A whole number. Pulumi passes every value as text: `512`, `true`, or JSON for lists and objects. */
export function whole(least: number, most: number, unit = ''): Kind<number> {
  return {
    expected: `a whole number from ${least} to ${most}${unit === '' ? '' : ` (${unit})`}`,
    read: (text) => {
      const value = Number(text);
      return /^-?\d+$/.test(text) && value >= least && value <= most ? value : undefined;
    },
  };
}

export function oneOfNumbers(allowed: number[]): Kind<number> {
  return {
    expected: `one of ${allowed.join(', ')}`,
    read: (text) => allowed.find((value) => String(value) === text),
  };
}

export const flag: Kind<boolean> = {
  expected: 'true or false',
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
};

export function oneOf<const T extends string>(allowed: readonly T[]): Kind<T> {
  return {
    expected: `one of ${allowed.join(', ')}`,
    read: (text) => allowed.find((value) => value === text),
  };
}

export function text(pattern: RegExp, expected: string): Kind<string> {
  return checked((value) => pattern.test(value), expected);
}

/** A text that passes a check, such as a component's own. */
export function checked(isValid: (value: string) => boolean, expected: string): Kind<string> {
  return { expected, read: (value) => (isValid(value) ? value : undefined) };
}

export const ipv4Range = checked(isCidr, 'an IPv4 range such as 10.0.0.0/16');

/** A list of texts, in YAML or as JSON. */
export function list(element: Kind<string>): Kind<string[]> {
  return {
    expected: `a list, each ${element.expected}`,
    read: (value) => {
      const items = parseJson(value);
      const valid = Array.isArray(items) && items.every((item) => element.read(String(item)) !== undefined);
      return valid ? items.map(String) : undefined;
    },
  };
}

type FieldType = 'string' | 'number' | 'string?' | 'number?';

/** A list of objects that have these fields and no others; `?` marks an optional one. */
export function objects<T extends object>(fields: { [K in keyof Required<T>]: FieldType }): Kind<T[]> {
  const types: [string, FieldType][] = Object.entries(fields);
  const parts = types.map(([name, type]) => (type.endsWith('?') ? `${name} (optional)` : name));
  return {
    expected: `a list of objects with ${parts.join(', ')}`,
    read: (value) => {
      const items = parseJson(value);
      return Array.isArray(items) && items.every((item) => fits(item, types)) ? items : undefined;
    },
  };
}

function fits(item: unknown, types: [string, FieldType][]): boolean {
  if (typeof item !== 'object' || item === null) return false;
  const values = item as Record<string, unknown>;
  const known = Object.keys(values).every((name) => types.some(([field]) => field === name));
  return (
    known &&
    types.every(([name, type]) => {
      const actual = typeof values[name];
      return type === actual || (type.endsWith('?') && [type.slice(0, -1), 'undefined'].includes(actual));
    })
  );
}

export function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
