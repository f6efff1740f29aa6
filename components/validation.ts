import { isIPv4 } from 'node:net';

/**
 * Throws one error that names the component and every problem at once: whoever configures a stack should not have
 * to find them one `pulumi up` after another.
 *
 * @param component class name, for example `DataStore`
 * @param name the instance's Pulumi name
 * @param problems each a sentence without a full stop; `undefined` entries are skipped, so that checks can be
 * written as one list
 */
export function assertValid(component: string, name: string, problems: (string | undefined)[]): void {
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length === 0) return;
  const text = found.length === 1 ? found[0] : found.map((problem) => `\n  - ${problem}`).join('');
  throw new Error(`${component} "${name}": ${text}`);
}

/** A problem unless `value` is undefined or one of `allowed`. */
export function checkOneOf(label: string, value: string | undefined, allowed: readonly string[]) {
  if (value === undefined || allowed.includes(value)) return undefined;
  return `${label} must be one of ${allowed.join(', ')}, not "${value}"`;
}

/** A problem unless `value` is undefined or a whole number from `least` to `most`. */
export function checkWhole(label: string, value: number | undefined, least: number, most: number) {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return undefined;
  return `${label} must be a whole number from ${least} to ${most}, not ${value}`;
}

/** A problem when a value is there twice. */
export function checkUnique(label: string, values: readonly string[]) {
  return new Set(values).size === values.length ? undefined : `${label} must differ: ${values.join(', ')}`;
}

/** A problem unless exactly one of the named optional sub-objects is set. */
export function checkExactlyOne(choices: Record<string, unknown>) {
  const names = Object.keys(choices);
  const chosen = names.filter((name) => choices[name] !== undefined);
  if (chosen.length === 1) return undefined;
  return `exactly one of ${names.join(', ')} must be set, not ${chosen.length === 0 ? 'none' : chosen.join(' and ')}`;
}

/** Whether a text is an IPv4 range as AWS takes it: `10.0.0.0/8`, but not `10.0.0.1/8`, which is an address in it. */
export function isCidr(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  if (!isIPv4(address) || !/^([12]?\d|3[0-2])$/.test(length) || rest.length > 0) return false;
  const value = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return value % 2 ** (32 - Number(length)) === 0;
}
