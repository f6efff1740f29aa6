import { BlockList, isIP } from 'node:net';
import type { parseArgs } from 'node:util';
import { Misuse } from '../../scripts/command.ts';
import { maxRate, maxSeconds, parseDuration, parseRate, type Rate } from './rate.ts';
import { type ScenarioName, scenarioNames } from './scenarios.ts';

export const help = `-- --url <origin> [options]   sends load, and checks every answer

  --url <origin>       the target, such as http://127.0.0.1:8080
  --rate <n>           requests a second, at most ${maxRate} (default: 50)
  --ramp <n>..<m>      from one rate to another over the whole duration
  --duration <d>       such as 90s or 5m, at most ${maxSeconds / 60}m (default: 60s)
  --scenario <name>    ${scenarioNames.join(', ')} (default: mixed); page needs no key and writes nothing
  --key <key>          API key (default: TRELLIS_API_KEY; on the laptop the one of npm start)
  --every <seconds>    time between lines of progress (default: 5)
  --dry-run            say what would be sent, and send nothing
  --json               print only the report, as JSON
  --i-own-this-target <host>   needed, with the host of --url, for any host that is not this machine
  --help

Requests are sent at the given rate even when answers are late; latency counts from the moment a request was due. The users
that are made (load-…) are deleted at the end, also after Ctrl-C.
Exit codes: 0 every answer was right, 1 an error, 2 called wrongly or not confirmed, 130 ended early.`;

export const options = {
  url: { type: 'string' },
  rate: { type: 'string' },
  ramp: { type: 'string' },
  duration: { type: 'string', default: '60s' },
  scenario: { type: 'string', default: 'mixed' },
  key: { type: 'string' },
  every: { type: 'string', default: '5' },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'i-own-this-target': { type: 'string' },
} as const;

/** The options as they are given. */
export type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

export interface Arguments {
  readonly url: string;
  readonly isLoopback: boolean;
  readonly rate: Rate;
  readonly seconds: number;
  readonly scenario: ScenarioName;
  readonly key: string | undefined;
  readonly everySeconds: number;
  /** Set when nothing is to be sent: because --dry-run was given, or because the target was not confirmed. */
  readonly dryRun: 'asked for' | 'not confirmed' | undefined;
  readonly json: boolean;
}

/** @throws Misuse that says which argument is wrong */
export function readArguments(values: Values): Arguments {
  const url = parseOrigin(values.url);
  const scenario = scenarioNames.find((name) => name === values.scenario);
  if (!scenario)
    throw new Misuse(`--scenario ${values.scenario}: must be one of ${scenarioNames.join(', ')}`);
  const everySeconds = Number(values.every);
  if (!(everySeconds >= 1 && everySeconds <= 60))
    throw new Misuse(`--every ${values.every}: must be 1 to 60`);
  const local = isLoopback(url.hostname);
  const confirmed = local || values['i-own-this-target'] === url.hostname;
  return {
    url: url.origin,
    isLoopback: local,
    rate: parseRate(values.rate, values.ramp),
    seconds: parseDuration(values.duration),
    scenario,
    key: values.key,
    everySeconds,
    json: values.json,
    dryRun: values['dry-run'] ? 'asked for' : confirmed ? undefined : 'not confirmed',
  };
}

function parseOrigin(text: string | undefined): URL {
  if (text === undefined) throw new Misuse('--url is required');
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search !== '')
    throw new Misuse(`--url ${text}: must be an origin such as http://127.0.0.1:8080`);
  if (url.username !== '' || url.password !== '') throw new Misuse('--url must have no user or password');
  return url;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a host is this machine. The only name that counts is `localhost`: any other may lead anywhere. */
export function isLoopback(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  if (family === 0) return hostname === 'localhost';
  return loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
