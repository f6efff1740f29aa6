import { isIPv4 } from 'node:net';

/**
 * Throws one error that names the component and every problem, so that one `pulumi up` shows all of them.
 *
 * @param component class name, for example `DataStore`
 * @param name the instance's Pulumi name
 * @param problems each a sentence without a full stop; `undefined` entries are skipped, so that checks can be
 * written as one list
 */
export function assertValid(component: string, name: string, problems: Problems): void {
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length === 0) return;
  const text = found.length === 1 ? found[0] : found.map((problem) => `\n  - ${problem}`).join('');
  throw new Error(`${component} "${name}": ${text}`);
}

/** Everything that is wrong, to be reported at once; undefined entries are no problems. */
export type Problems = (string | undefined)[];

/** The name of an argument in a message. Where a stack's setting is checked it is the setting's name. */
export type Label = (argument: string) => string;

export const asArgument: Label = (argument) => argument;

/** What addresses, names and ids look like. */
export const patterns = {
  email: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
  domainName: /^([a-z0-9-]+\.)+[a-z0-9-]+$/,
  /** Id of a channel, a private channel or a conversation. */
  slackChannel: /^[CDG][A-Z0-9]{5,20}$/,
  slackWorkspace: /^T[A-Z0-9]{8,}$/,
} as const;

/** Days that logs are kept unless an argument says otherwise. */
export const defaultRetentionDays = 30;

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

/** A problem when a value occurs twice. */
export function checkUnique(label: string, values: readonly string[]) {
  return new Set(values).size === values.length ? undefined : `${label} must differ: ${values.join(', ')}`;
}

/** The problems of names that become part of the names of resources. */
export function checkNames(label: string, names: readonly string[]): Problems {
  return [
    ...names
      .filter((name) => !/^[A-Za-z0-9-]+$/.test(name))
      .map((name) => `${label}: the name "${name}" must be letters, digits and hyphens`),
    checkRepeated(label, names),
  ];
}

/** A problem that names each value that occurs twice. */
export function checkRepeated(label: string, values: readonly string[]): string | undefined {
  const twice = [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
  return twice.length === 0 ? undefined : `${label}: ${twice.join(', ')} is given more than once`;
}

/** CloudWatch Logs accepts no other number of days (API reference, PutRetentionPolicy). */
export const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** A problem unless `days` is undefined or one of `retentionDays`. */
export function checkRetention(label: string, days: number | undefined): string | undefined {
  if (days === undefined || retentionDays.includes(days)) return undefined;
  return `${label} must be one of ${retentionDays.join(', ')}, not ${days}`;
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
