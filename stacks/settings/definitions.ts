import { parseReference } from '../../components/container-image/index.ts';
import { strategies } from '../../components/fargate-service/index.ts';
import { egressModes } from '../../components/network/index.ts';
import { defaultRetentionDays, isCidr, patterns, retentionDays } from '../../components/validation.ts';
import { type Definition, define } from './define.ts';
import { ingestDefinitions } from './ingest.ts';
import { checked, flag, list, objects, oneOf, oneOfNumbers, text, whole } from './kinds.ts';
import { monitoringDefinitions } from './monitoring.ts';

/** From its time on, other limits for the number of tasks. */
interface Schedule {
  name: string;
  schedule: string;
  timeZone?: string;
  min: number;
  max: number;
}

export const exposures = ['internal-load-balancer', 'public-load-balancer', 'http-api'] as const;

const cidr = checked(isCidr, 'an IPv4 range such as 10.0.0.0/16');
const region = text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-west-1');

/** Every key of a stack's configuration, without the project's name before it. */
export const definitions = {
  'network.egress': define(
    oneOf(egressModes),
    'nat-per-zone',
    'How tasks reach AWS: `public` (an address each, no hourly cost beside), `endpoints` (no internet), `nat`, `nat-per-zone`',
  ),
  'network.zones': define(whole(2, 4), 3, 'Number of availability zones'),
  'network.zoneNames': define(
    list(text(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'a zone such as eu-west-1a')),
    undefined,
    'The zones by name, in place of the region’s first ones; replaces `network.zones`',
  ),
  'network.cidrBlock': define(cidr, '10.0.0.0/16', 'IPv4 range of the VPC, a private /16'),
  'network.flowLogTraffic': define(
    oneOf(['ALL', 'ACCEPT', 'REJECT', 'NONE']),
    'ALL',
    'What the VPC’s flow log records; 0.50 USD per GB',
  ),
  'service.exposure': define(
    oneOf(exposures),
    'internal-load-balancer',
    'How callers reach the service; a release loses no response behind a load balancer, an HTTP API does not drain',
  ),
  'service.cpu': define(whole(256, 16384, 'CPU units, 1024 are one vCPU'), 512, 'CPU of a task'),
  'service.memory': define(whole(512, 122880, 'MiB'), 1024, 'Memory of a task; must fit its CPU'),
  'service.architecture': define(
    oneOf(['arm64', 'x86_64']),
    'arm64',
    'Processor of tasks and image; ARM is 20 % cheaper',
  ),
  'service.certificateArn': define(
    text(/^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, 'the ARN of an ACM certificate'),
    undefined,
    'Certificate for HTTPS on the load balancer; port 80 then redirects',
  ),
  'service.domainName': define(
    text(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a domain name'),
    undefined,
    'Name that the certificate is for; a public load balancer you point it at. The CDN connects by it',
  ),
  'service.allowedCidrs': define(
    list(cidr),
    undefined,
    'Who may connect to the load balancer; without it the CDN alone (internal) or everybody (public)',
  ),
  'site.domainName': define(
    text(patterns.domainName, 'a domain name in lower case'),
    undefined,
    'Own name of the entry point, in place of CloudFront’s; needs `site.hostedZoneId` or `site.certificateArn`',
  ),
  'site.hostedZoneId': define(
    text(/^Z[A-Z0-9]+$/, 'the id of a Route 53 zone, such as Z0123456789ABCDEFGHIJ'),
    undefined,
    'Zone of that name: certificate and records are made in it',
  ),
  'site.certificateArn': define(
    text(
      /^arn:[a-z-]+:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
      'the ARN of an ACM certificate in us-east-1',
    ),
    undefined,
    'Certificate of that name, in place of one made; without a zone you point the name at the CDN yourself',
  ),
  'site.webAcl': define(
    flag,
    true,
    'AWS WAF before the CDN: managed rules and a rate limit; 10 USD a month and 0.60 per million requests',
  ),
  'site.requestsPerFiveMinutes': define(
    whole(10, 2000000000),
    5000,
    'Requests of one address in five minutes above which `site.webAcl` refuses it',
  ),
  'site.accessLogs': define(flag, true, 'The CDN writes access logs; only their storage costs'),
  'site.priceClass': define(
    oneOf(['PriceClass_100', 'PriceClass_200', 'PriceClass_All']),
    'PriceClass_100',
    'Where the CDN serves from: North America and Europe, Asia and Africa too, or everywhere',
  ),
  'service.throttleRate': define(
    whole(1, 10000),
    100,
    'Requests a second above which the HTTP API answers 429',
  ),
  'service.throttleBurst': define(whole(1, 5000), 200, 'Requests at once above that rate'),
  'service.containerInsights': define(
    oneOf(['disabled', 'enabled', 'enhanced']),
    'disabled',
    'CloudWatch Container Insights, charged per metric',
  ),
  'service.logLevel': define(
    oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'info',
    'What the service logs',
  ),
  'streams.ipv6Prefix': define(
    whole(32, 128),
    64,
    'Leading bits of an IPv6 address that make a viewer: 64 is one line’s network, 128 the whole address',
  ),
  'release.strategy': define(
    oneOf(strategies),
    'rolling',
    'How a release replaces the tasks: `rolling`; `blue-green`, `canary` and `linear` start all new ones and then shift the requests, and need a load balancer',
  ),
  'release.stepPercent': define(
    whole(1, 99),
    undefined,
    'Percent of the requests that a canary gets first (10), or that each linear step adds (25)',
  ),
  'release.stepMinutes': define(
    whole(0, 1440),
    undefined,
    'Minutes that a canary gets its share, or between linear steps (5)',
  ),
  'release.bakeMinutes': define(
    whole(0, 1440),
    undefined,
    'Minutes that the old tasks stay, for a rollback at once; not for `rolling` (5)',
  ),
  'release.testHeader': define(
    text(/^[A-Za-z0-9-]{1,40}: [!-)+->@-~]{1,128}$/, 'a header such as "x-release: next"'),
    undefined,
    'Requests with this header reach the new tasks first; not for `rolling`',
  ),
  'capacity.onDemandBase': define(whole(0, 1000), 0, 'Tasks that always run on Fargate, never on Spot'),
  'capacity.onDemandWeight': define(whole(0, 1000), 1, 'Share of Fargate among the further tasks'),
  'capacity.spotWeight': define(
    whole(0, 1000),
    0,
    'Share of Fargate Spot among them: about 70 % cheaper, stopped at two minutes’ notice',
  ),
  'scaling.minTasks': define(whole(0, 1000), 2, 'Fewest tasks'),
  'scaling.maxTasks': define(
    whole(0, 1000),
    undefined,
    'Most tasks; without it as many as `scaling.minTasks`',
  ),
  'scaling.cpuPercent': define(whole(1, 100), undefined, 'Average CPU use that scaling aims at'),
  'scaling.memoryPercent': define(whole(1, 100), undefined, 'Average memory use that scaling aims at'),
  'scaling.requestsPerTask': define(
    whole(1, 1000000),
    undefined,
    'Requests per task and minute that scaling aims at; needs a load balancer',
  ),
  'scaling.stepCpu': define(
    flag,
    false,
    'One task more from 85 % CPU on, one less below 10 %; in place of `scaling.cpuPercent`',
  ),
  'scaling.officeHours': define(
    text(
      /^[A-Z]{3}(-[A-Z]{3})? \d\d:\d\d-\d\d:\d\d [A-Za-z_]+(\/[A-Za-z_+-]+)*$/,
      'days, times and a time zone, such as "MON-FRI 07:00-19:00 Europe/Berlin"',
    ),
    undefined,
    'Tasks run at these times only, such as `MON-FRI 07:00-19:00 Europe/Berlin`',
  ),
  'scaling.schedules': define(
    objects<Schedule>({
      name: 'string',
      schedule: 'string',
      timeZone: 'string?',
      min: 'number',
      max: 'number',
    }),
    undefined,
    'Other numbers of tasks at other times: a list of `{name, schedule: cron(…), timeZone, min, max}`',
  ),
  'data.pointInTimeRecovery': define(
    flag,
    true,
    'Restore tables to any second of the last 35 days; 0.20 USD per GB and month',
  ),
  'data.maxReadUnits': define(
    whole(1, 2147483647),
    undefined,
    'Most read units a second of a table: a guard against a runaway bill',
  ),
  'data.maxWriteUnits': define(whole(1, 2147483647), undefined, 'Most write units a second of a table'),
  'data.replicaRegions': define(
    list(region),
    undefined,
    'Regions with a replica of every table; a replica costs as much as the table',
  ),
  ...ingestDefinitions,
  'image.digest': define(
    checked((value) => parseReference(value) !== undefined, 'sha256:… or repository@sha256:…'),
    undefined,
    'Image to run in place of building one',
  ),
  'logs.retentionDays': define(oneOfNumbers(retentionDays), defaultRetentionDays, 'Days that logs are kept'),
  ...monitoringDefinitions,
  'roles.boundary': define(
    text(/^arn:[a-z-]+:iam::\d{12}:policy\/[\w+=,.@/-]+$/, 'the ARN of an IAM policy'),
    undefined,
    'Permissions boundary of every role, which then has the path `/<project>/<stack>/`: what CI’s deploy role insists on',
  ),
  deletionProtection: define(
    flag,
    true,
    'Tables and load balancer refuse deletion, buckets and image repository must be empty',
  ),
  apiKey: define(
    text(/^[\x21-\x7e]{16,200}$/, '16 to 200 visible ASCII characters'),
    undefined,
    'Key of the API’s protected routes (set it with `--secret`); without it a random one is made',
    true,
  ),
};

export type SettingKey = keyof typeof definitions;

type ValueOf<D> = D extends Definition<infer T, infer F> ? (undefined extends F ? T | undefined : T) : never;

/** The settings of a stack, by key. */
export type Settings = { readonly [K in SettingKey]: ValueOf<(typeof definitions)[K]> };
