import { parseReference } from '../../components/container-image/index.ts';
import {
  checkFirstTask,
  checkSchedule,
  checkStepPercent,
  checkTimeZone,
  checkWeights,
  shiftsTraffic,
  strategiesFor,
} from '../../components/fargate-service/index.ts';
import { checkSize } from '../../components/fargate-task/index.ts';
import { classProblems } from '../../components/ingest-pipeline/index.ts';
import { entryProblems } from '../../components/load-balancer/index.ts';
import { networkProblems } from '../../components/network/index.ts';
import { checkCertificateOf } from '../../components/static-site/index.ts';
import { checkRepeated } from '../../components/validation.ts';
import { pageReadUnits, pageReadUnitsPerTask, partition } from '../../contract/capacity.ts';
import { sizeClasses } from '../../contract/ingest.ts';
import type { Settings } from './definitions.ts';
import { mostTasks } from './most-tasks.ts';
import { parseOfficeHours } from './office-hours.ts';

/** The problems of settings that are valid one by one but not together. */
export function crossProblems(settings: Settings): string[] {
  const size = checkSize({ cpu: settings['service.cpu'], memory: settings['service.memory'] });
  return [
    size === undefined ? undefined : `service.cpu, service.memory: ${size}`,
    ...networkProblems(
      { zoneNames: settings['network.zoneNames'], cidrBlock: settings['network.cidrBlock'] },
      (argument) => `network.${argument}`,
    ),
    checkRepeated('data.replicaRegions', settings['data.replicaRegions'] ?? []),
    settings['encryption.customerKey'] && (settings['data.replicaRegions'] ?? []).length > 0
      ? 'encryption.customerKey and data.replicaRegions exclude each other: a key is of one region'
      : undefined,
    ...exposureProblems(settings),
    ...ipv6Problems(settings),
    ...siteProblems(settings),
    ...releaseProblems(settings),
    ...scalingProblems(settings),
    ...scheduleProblems(settings),
    pageProblem(settings),
    ...ingestProblems(settings),
    (settings['alarms.slackWorkspace'] === undefined) === (settings['alarms.slackChannel'] === undefined)
      ? undefined
      : 'alarms.slackWorkspace and alarms.slackChannel must be set together',
  ].filter((problem) => problem !== undefined);
}

function exposureProblems(settings: Settings): (string | undefined)[] {
  const exposure = settings['service.exposure'];
  const needsBalancer = [
    'service.certificateArn',
    'service.allowedCidrs',
    'scaling.requestsPerTask',
  ] as const;
  const entry = {
    allowedCidrs: settings['service.allowedCidrs'],
    internetFacing: exposure !== 'internal-load-balancer',
    domainName: settings['service.domainName'],
    certificateArn: settings['service.certificateArn'],
  };
  return [
    ...entryProblems(entry, (argument) =>
      argument === 'internetFacing' ? 'service.exposure is public-load-balancer' : `service.${argument}`,
    ),
    ...needsBalancer.map((key) =>
      exposure === 'http-api' && settings[key] !== undefined
        ? `${key} needs a load balancer, but service.exposure is http-api`
        : undefined,
    ),
    settings['service.certificateArn'] !== undefined && settings['service.domainName'] === undefined
      ? 'service.certificateArn needs service.domainName, by which the CDN connects to the load balancer'
      : undefined,
  ];
}

/** What AWS does not document for tasks without IPv4 addresses; docs/network.md has what it does. */
function ipv6Problems(settings: Settings): (string | undefined)[] {
  if (settings['network.egress'] !== 'ipv6') {
    return [settings['jobs.egress'] === undefined ? undefined : 'jobs.egress needs network.egress ipv6'];
  }
  const exposure = settings['service.exposure'];
  const image = parseReference(settings['image.digest'] ?? '');
  return [
    exposure === 'http-api'
      ? 'network.egress ipv6 needs a load balancer, but service.exposure is http-api, whose VPC link AWS documents for IPv4 alone'
      : undefined,
    exposure === 'public-load-balancer'
      ? 'network.egress ipv6 goes without public IPv4 addresses, but service.exposure is public-load-balancer: use internal-load-balancer, which the CDN reaches'
      : undefined,
    image?.repository !== undefined && image.ecr === undefined
      ? 'network.egress ipv6 needs image.digest in ECR, which has IPv6 addresses'
      : undefined,
  ];
}

function siteProblems(settings: Settings): (string | undefined)[] {
  const name = settings['site.domainName'];
  const zone = settings['site.hostedZoneId'];
  const certificate = settings['site.certificateArn'];
  return [
    name === undefined
      ? undefined
      : checkCertificateOf({ hostedZoneId: zone, certificateArn: certificate }, (argument) =>
          argument === 'domain' ? 'site.domainName' : `site.${argument}`,
        ),
    name === undefined && zone !== undefined ? 'site.hostedZoneId needs site.domainName' : undefined,
    name === undefined && certificate !== undefined ? 'site.certificateArn needs site.domainName' : undefined,
  ];
}

function releaseProblems(settings: Settings): (string | undefined)[] {
  const strategy = settings['release.strategy'];
  return [
    shiftsTraffic(strategy) && settings['service.exposure'] === 'http-api'
      ? `release.strategy ${strategy} needs a load balancer, but service.exposure is http-api`
      : undefined,
    shiftsTraffic(strategy) && settings['scaling.requestsPerTask'] !== undefined
      ? `scaling.requestsPerTask needs release.strategy rolling, not ${strategy}: it counts the requests of one target group`
      : undefined,
    ...Object.entries(strategiesFor).map(([key, allowed]) =>
      settings[`release.${key as keyof typeof strategiesFor}`] !== undefined &&
      !allowed.some((one) => one === strategy)
        ? `release.${key} is for ${allowed.join(', ')}, but release.strategy is ${strategy}`
        : undefined,
    ),
    checkStepPercent('release.stepPercent', strategy, settings['release.stepPercent']),
  ];
}

function scalingProblems(settings: Settings): (string | undefined)[] {
  const least = settings['scaling.minTasks'];
  const most = settings['scaling.maxTasks'] ?? least;
  const schedules = settings['scaling.schedules'];
  const hasPolicies = [
    settings['scaling.cpuPercent'],
    settings['scaling.memoryPercent'],
    settings['scaling.requestsPerTask'],
    settings['scaling.stepCpu'] || undefined,
  ].some((policy) => policy !== undefined);
  const moves = hasPolicies || schedules !== undefined;
  return [
    least > most ? `scaling.minTasks (${least}) must not exceed scaling.maxTasks (${most})` : undefined,
    least < most && !moves
      ? `scaling.maxTasks (${most}) differs from scaling.minTasks (${least}), but nothing scales: set one of ` +
        'scaling.cpuPercent, scaling.memoryPercent, scaling.requestsPerTask, scaling.stepCpu, scaling.schedules'
      : undefined,
    checkFirstTask(
      { min: least, max: most, ...(schedules === undefined ? {} : { schedules }) },
      hasPolicies,
      (limit) => (limit === 'min' ? 'scaling.minTasks' : 'scaling.schedules'),
    ),
    settings['scaling.stepCpu'] && settings['scaling.cpuPercent'] !== undefined
      ? 'scaling.stepCpu and scaling.cpuPercent exclude each other: both scale by the CPU'
      : undefined,
    checkWeights(settings['capacity.onDemandWeight'], settings['capacity.spotWeight'], [
      'capacity.onDemandWeight',
      'capacity.spotWeight',
    ]),
  ];
}

function pageProblem(settings: Settings): string | undefined {
  const perTask = settings['page.readUnitsPerSecond'];
  const tasks = mostTasks(settings);
  const all = pageReadUnits(tasks, perTask ?? 0);
  if (perTask === undefined || all < partition.readUnits) return undefined;
  return (
    `page.readUnitsPerSecond (${perTask}) × ${tasks} tasks × 2 during a release are ${all} read units a second, ` +
    `and one item gives ${partition.readUnits}: set it to ${pageReadUnitsPerTask(tasks)} or less, or leave it out`
  );
}

function ingestProblems(settings: Settings): (string | undefined)[] {
  const channel = settings['ingest.slackChannel'];
  const scansChannel = settings['scans.slackChannel'];
  const token = settings['ingest.slackToken'];
  const classes = settings['ingest.sizeClasses'] ?? sizeClasses;
  return [
    ...classProblems(classes, settings['ingest.maxVcpus'])
      .filter((problem) => problem !== undefined)
      .map((problem) => `ingest.sizeClasses, ingest.maxVcpus: ${problem}`),
    channel !== undefined && token === undefined ? 'ingest.slackChannel needs ingest.slackToken' : undefined,
    scansChannel !== undefined && token === undefined
      ? 'scans.slackChannel needs ingest.slackToken'
      : undefined,
    channel === undefined && scansChannel === undefined && token !== undefined
      ? 'ingest.slackToken needs ingest.slackChannel or scans.slackChannel'
      : undefined,
  ];
}

function scheduleProblems(settings: Settings): (string | undefined)[] {
  const hours = settings['scaling.officeHours'];
  const schedules = settings['scaling.schedules'] ?? [];
  const names = schedules.map(({ name }) => name);
  return [
    hours === undefined ? undefined : parseOfficeHours(hours).problem,
    hours !== undefined && settings['scaling.schedules'] !== undefined
      ? 'scaling.officeHours and scaling.schedules exclude each other'
      : undefined,
    settings['scaling.schedules']?.length === 0
      ? 'scaling.schedules must hold at least one schedule, or be left out'
      : undefined,
    new Set(names).size < names.length ? `scaling.schedules repeats a name: ${names.join(', ')}` : undefined,
    ...schedules.flatMap(({ name, schedule, timeZone, min, max }) => [
      /^[A-Za-z0-9-]{1,40}$/.test(name)
        ? undefined
        : `scaling.schedules: a name must be 1 to 40 letters, digits and hyphens, not ${JSON.stringify(name)}`,
      checkSchedule(`scaling.schedules ${JSON.stringify(name)}`, schedule),
      timeZone === undefined
        ? undefined
        : checkTimeZone(`scaling.schedules ${JSON.stringify(name)}`, timeZone),
      Number.isInteger(min) && Number.isInteger(max) && min >= 0 && min <= max && max <= 1000
        ? undefined
        : `scaling.schedules ${JSON.stringify(name)}: min and max must be whole numbers from 0 to 1000, min not above max`,
    ]),
  ];
}
