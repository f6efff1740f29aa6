import type { Configuration } from '../../../stacks/plan/configuration.ts';
import { definitions, readSettings, type SettingKey, SettingsError } from '../../../stacks/settings/index.ts';
import { company, examples } from '../../stacks/settings-examples.ts';

/** Values of those settings whose kind does not list them: lists with one added, removed and in another order. */
const others: Partial<Record<SettingKey, readonly string[]>> = {
  'network.zoneNames': [
    '["us-east-1a","us-east-1b"]',
    '["us-east-1b","us-east-1a"]',
    '["us-east-1a","us-east-1b","us-east-1c"]',
    '["us-east-1b","us-east-1c"]',
  ],
  'network.cidrBlock': ['10.1.0.0/16', '172.16.0.0/16'],
  'service.allowedCidrs': [
    '["10.0.0.0/8","192.168.0.0/16"]',
    '["192.168.0.0/16","10.0.0.0/8"]',
    '["192.168.0.0/16"]',
    '["10.0.0.0/8"]',
  ],
  'data.replicaRegions': [
    '["eu-west-1"]',
    '["eu-west-1","us-west-2"]',
    '["us-west-2","eu-west-1"]',
    '["us-west-2"]',
  ],
  'scaling.schedules': [
    '[{"name":"night","schedule":"cron(0 20 * * ? *)","min":1,"max":1}]',
    '[{"name":"night","schedule":"cron(0 20 * * ? *)","min":1,"max":1},{"name":"day","schedule":"cron(0 6 * * ? *)","min":2,"max":2}]',
    '[{"name":"day","schedule":"cron(0 6 * * ? *)","min":2,"max":2},{"name":"night","schedule":"cron(0 20 * * ? *)","min":1,"max":1}]',
  ],
  'scaling.officeHours': ['MON-FRI 07:00-19:00 Europe/Berlin', 'MON-SAT 08:00-20:00 UTC'],
  'ingest.sizeClasses': [
    examples['ingest.sizeClasses'].good[0],
    '[{"name":"A","vcpu":0.25,"memoryMiB":512,"timeoutSeconds":60}]',
  ],
  'service.certificateArn': ['x', 'y'].map((id) => `arn:aws:acm:us-east-1:123456789012:certificate/${id}`),
  'service.domainName': ['a.example.com', 'b.example.com'],
  'site.domainName': ['www.example.com', 'app.example.com'],
  'site.hostedZoneId': ['Z0123', 'Z4567'],
  'alarms.email': ['ops@example.com', 'dev@example.com'],
  'image.digest': ['0', '1'].map((digit) => `sha256:${digit.repeat(64)}`),
};

/** What some values need beside them that no problem names. */
const companions: Readonly<Record<string, Record<string, string>>> = {
  'service.cpu=256': { 'service.memory': '512' },
  'service.cpu=16384': { 'service.memory': '32768' },
  'service.memory=512': { 'service.cpu': '256' },
  'service.memory=122880': { 'service.cpu': '16384' },
  'scaling.maxTasks=0': { 'scaling.minTasks': '0' },
  'scaling.maxTasks=1000': { 'scaling.cpuPercent': '60' },
};

/** What a setting is changed beside: the other one stays, also where this one is left out. */
const beside: Partial<Record<SettingKey, Record<string, string>>> = {
  'jobs.egress': { 'network.egress': 'ipv6' },
};

/** The texts that a setting is tried with: of a list all, of numbers the least and the greatest; undefined is left out. */
export function valuesOf(key: SettingKey): (string | undefined)[] {
  const { expected } = definitions[key].kind;
  const [, least, most] = /^a whole number from (\d+) to (\d+)/.exec(expected) ?? [];
  const [, choices] = /^one of (.*)$/.exec(expected) ?? [];
  const listed = choices?.split(', ') ?? [];
  const isNumber = listed.every((choice) => /^\d+$/.test(choice));
  const found =
    others[key] ??
    (least !== undefined && most !== undefined
      ? [least, most]
      : expected === 'true or false'
        ? ['true', 'false']
        : choices !== undefined
          ? isNumber
            ? [listed[0] as string, listed.at(-1) as string]
            : listed
          : [examples[key].good[0]]);
  return [undefined, ...found];
}

/** A stack's configuration with one value, and with what that needs; or why the settings refuse it. */
export function configured(
  base: Configuration,
  key: SettingKey,
  value: string | undefined,
): { configuration: Configuration } | { refused: string } {
  const name = (one: string) => `${base.project}:${one}`;
  const config = { ...base.config };
  const given = {
    ...beside[key],
    ...(value === undefined ? {} : { ...company[key], ...companions[`${key}=${value}`], [key]: value }),
  };
  delete config[name(key)];
  for (const [one, text] of Object.entries(given)) config[name(one)] = text;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const refused = problem(base.project, config);
    if (refused === undefined) return { configuration: { ...base, config } };
    // Another setting of the stack excludes the value: it goes back to its default.
    const excluding = Object.keys(definitions).filter(
      (one) => !(one in given) && one !== key && config[name(one)] !== undefined && mentions(refused, one),
    );
    if (excluding.length === 0) return { refused };
    for (const one of excluding) delete config[name(one)];
  }
  throw new Error(`no companions for ${key}=${value}`);
}

function mentions(sentence: string, key: string): boolean {
  return new RegExp(`${key.replaceAll('.', '\\.')}\\b`).test(sentence);
}

function problem(project: string, config: Record<string, string>): string | undefined {
  try {
    readSettings(project, config);
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
}
