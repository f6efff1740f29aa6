import ipaddr from 'ipaddr.js';
import { mostPageReadUnits, partition } from '../contract/capacity.ts';
import { environment } from '../contract/environment.ts';
import { type TableName, tableNames, tableVariable } from '../contract/tables.ts';
import { timings } from '../contract/timings.ts';
import { type RepositoryRules, readRepositoryRules } from '../data/scans/repository-url.ts';
import {
  type ClientAddressSettings,
  clientAddressHeaders,
  needsOriginSecret,
} from './plugins/client-address.ts';
import { wholeAddress } from './streams/limit.ts';

export interface Settings extends ClientAddressSettings {
  readonly host: string;
  readonly port: number;
  readonly apiKey: string;
  readonly streamLeaseSeconds: number;
  readonly streamHeartbeatSeconds: number;
  readonly streamIpv6Prefix: number;
  readonly pageReadUnitsPerSecond: number;
  readonly drainSeconds: number;
  readonly logLevel: string;
  readonly ingestBucket: string;
  /** ARN. */
  readonly ingestStateMachine: string;
  /** The bucket that the CDN serves under `/media/`. */
  readonly mediaBucket: string;
  readonly scansBucket: string;
  /** ARNs. */
  readonly scanStateMachine: string;
  readonly jobStateMachine: string;
  /** The repositories that may be scanned. */
  readonly repositoryRules: RepositoryRules;
  readonly s3PublicEndpoint?: string | undefined;
  readonly tables: Readonly<Record<TableName, string>>;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * Settings from environment variables.
 * @throws Error that names every missing or wrong variable at once.
 */
export function readSettings(variables: NodeJS.ProcessEnv): Settings {
  const problems: string[] = [];
  const names = environment;

  function text(name: string, fallback?: string): string {
    const value = variables[name] ?? fallback;
    if (value) return value;
    problems.push(`${name} is required`);
    return '';
  }

  function number(name: string, fallback: number, from: number, to: number): number {
    const given = variables[name];
    // Digits only: Number() would take an empty variable for 0, which is a port and a draining time.
    const value = given === undefined ? fallback : /^[0-9]+$/.test(given) ? Number(given) : Number.NaN;
    if (!(value >= from && value <= to)) {
      problems.push(`${name} must be a whole number from ${from} to ${to}, not "${given}"`);
    }
    return value;
  }

  function oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = (variables[name] ?? fallback) as T;
    if (!allowed.includes(value))
      problems.push(`${name} must be one of ${allowed.join(', ')}, not "${value}"`);
    return value;
  }

  const settings: Settings = {
    host: text(names.host, '127.0.0.1'),
    port: number(names.port, 8080, 0, 65_535),
    apiKey: text(names.apiKey),
    trustedProxies: addresses(variables[names.trustedProxies] ?? ''),
    clientAddressHeader: oneOf(names.clientAddressHeader, clientAddressHeaders, 'x-forwarded-for'),
    originSecret: variables[names.originSecret],
    streamLeaseSeconds: number(names.streamLeaseSeconds, 90, 1, 86_400),
    streamHeartbeatSeconds: number(names.streamHeartbeatSeconds, 30, 1, 86_400),
    streamIpv6Prefix: number(names.streamIpv6Prefix, 64, 32, wholeAddress),
    pageReadUnitsPerSecond: number(names.pageReadUnitsPerSecond, mostPageReadUnits, 1, partition.readUnits),
    drainSeconds: number(names.drainSeconds, timings.drain, 0, timings.stopTimeout - 5),
    logLevel: oneOf(names.logLevel, logLevels, 'info'),
    ingestBucket: text(names.ingestBucket),
    ingestStateMachine: text(names.ingestStateMachine),
    mediaBucket: text(names.mediaBucket),
    scansBucket: text(names.scansBucket),
    scanStateMachine: text(names.scanStateMachine),
    jobStateMachine: text(names.jobStateMachine),
    repositoryRules: readRepositoryRules(variables[names.scanHosts], variables[names.scanFileUrls]),
    s3PublicEndpoint: variables[names.s3PublicEndpoint],
    tables: Object.fromEntries(
      tableNames.map((table) => [table, text(tableVariable(table))]),
    ) as Settings['tables'],
  };

  for (const cidr of settings.trustedProxies) {
    if (!isCidr(cidr)) problems.push(`${names.trustedProxies} has "${cidr}", which is no address or CIDR`);
  }
  if (settings.streamHeartbeatSeconds >= settings.streamLeaseSeconds && settings.streamLeaseSeconds > 1) {
    problems.push(`${names.streamHeartbeatSeconds} must be shorter than ${names.streamLeaseSeconds}`);
  }
  if (needsOriginSecret(settings.clientAddressHeader) && !settings.originSecret) {
    problems.push(
      `${names.originSecret} is required with ${names.clientAddressHeader}=${settings.clientAddressHeader}`,
    );
  }
  if (problems.length > 0)
    throw new Error(`the environment has problems:\n${problems.map((p) => `  ${p}`).join('\n')}`);
  return settings;
}

function addresses(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}

function isCidr(text: string): boolean {
  return ipaddr.isValidCIDR(text) || ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}
