import { ingestDefinition, type SizeClass } from '../../workflows/ingest.ts';
import { checkSize } from '../fargate-task/index.ts';
import { checkRetention, checkWhole, type Problems, patterns } from '../validation.ts';
import type { IngestVariableArgs } from './args.ts';
import type { Settings } from './defaults.ts';

/** Everything that is wrong with the arguments, to be reported at once; undefined entries are no problems. */
export function problems(name: string, settings: Settings): Problems {
  const { slack, webhook } = settings;
  return [
    // The longest name is that of the role "<name>-jobs-execution", for which IAM has 64 characters.
    /^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(name)
      ? undefined
      : 'the name must begin with a letter and hold at most 40 letters, digits and hyphens',
    ...prefixProblems(settings),
    ...classProblems(settings.sizeClasses, settings.maxVcpus),
    ...variableProblems(settings),
    checkWhole('maxVcpus', settings.maxVcpus, 1, 10_000),
    checkWhole('attempts', settings.attempts, 1, 10),
    ...sweepProblems(settings),
    settings.onDemandFallback && !settings.spot
      ? 'onDemandFallback is for jobs on Spot: set spot'
      : undefined,
    checkWhole('stuckSeconds', settings.stuckSeconds, 600, 86_400),
    checkWhole('backlogMinutes', settings.backlogMinutes, 1, 1440),
    checkWhole('expireDays', settings.expireDays, 1, 36_500),
    checkRetention('logRetentionDays', settings.logRetentionDays),
    slack !== undefined && webhook !== undefined
      ? 'at most one of slack and webhook may be set, not both'
      : undefined,
    slack !== undefined && !patterns.slackChannel.test(slack.channel)
      ? `slack.channel must be the id of a channel, such as C0123456789, not "${slack.channel}"`
      : undefined,
    webhook !== undefined && !/^https:\/\/[^\s/]+/.test(webhook.url)
      ? `webhook.url must begin with https://, not be "${webhook.url}"`
      : undefined,
  ];
}

function sweepProblems({ sweep, kinds }: Settings): Problems {
  if (sweep === undefined) return [];
  return [
    sweep.kinds.length === 0 ? 'sweep.kinds must name at least one kind' : undefined,
    ...sweep.kinds
      .filter((kind) => !kinds.includes(kind))
      .map((kind) => `sweep.kinds: "${kind}" is none of kinds, ${kinds.join(', ')}`),
    checkWhole('sweep.delaySeconds', sweep.delaySeconds, 0, 86_400),
  ];
}

function prefixProblems({ prefix, kinds, outputPrefixes, keptPrefixes }: Settings): Problems {
  const prefixes = [prefix, ...outputPrefixes, ...keptPrefixes];
  return [
    ...prefixes
      .filter((one) => !/^[A-Za-z0-9._-]+\/$/.test(one))
      .map(
        (one) =>
          `"${one}" is no prefix: letters, digits, dots, underscores and hyphens, and a slash at the end`,
      ),
    // Each file that a job writes would start another job.
    outputPrefixes.includes(prefix)
      ? `outputPrefixes must not hold the prefix "${prefix}" itself`
      : undefined,
    ...keptPrefixes
      .filter((one) => one === prefix || outputPrefixes.includes(one))
      .map((one) => `keptPrefixes must not hold "${one}", whose objects expire`),
    kinds.length === 0 ? 'kinds must name at least one kind of file' : undefined,
    new Set(kinds).size < kinds.length ? `kinds repeats one: ${kinds.join(', ')}` : undefined,
    ...kinds
      .filter((kind) => !/^[A-Za-z0-9._-]+$/.test(kind))
      .map((kind) => `the kind "${kind}" must be letters, digits, dots, underscores and hyphens`),
  ];
}

/** The problems of the size classes. `maxBytes` of the last class is not used. */
export function classProblems(
  sizeClasses: readonly (Omit<SizeClass, 'maxBytes'> & { maxBytes?: number })[],
  maxVcpus: number,
): Problems {
  if (sizeClasses.length === 0) return ['sizeClasses must hold at least one class'];
  const names = sizeClasses.map(({ name }) => name);
  const bounds = sizeClasses.slice(0, -1).map(({ maxBytes }) => maxBytes ?? Number.POSITIVE_INFINITY);
  const rising = bounds.every((bound, index) => bound > (bounds[index - 1] ?? 0));
  return [
    new Set(names).size < names.length ? `sizeClasses repeats a name: ${names.join(', ')}` : undefined,
    bounds.includes(Number.POSITIVE_INFINITY)
      ? 'sizeClasses: all but the last need maxBytes'
      : !rising || bounds.some((bound) => !Number.isSafeInteger(bound))
        ? `sizeClasses: maxBytes must be rising whole numbers, not ${bounds.join(', ')}`
        : undefined,
    ...sizeClasses.flatMap((sizeClass) =>
      problemsOfClass(sizeClass, maxVcpus)
        .filter((problem) => problem !== undefined)
        .map((problem) => `size class "${sizeClass.name}": ${problem}`),
    ),
  ];
}

function problemsOfClass(
  { name, vcpu, memoryMiB, timeoutSeconds }: Omit<SizeClass, 'maxBytes'>,
  maxVcpus: number,
): Problems {
  return [
    /^[A-Za-z][A-Za-z0-9]{0,39}$/.test(name) ? undefined : 'the name must be letters and digits',
    stateNames().has(name) ? 'a state of the state machine has this name already' : undefined,
    checkSize({ cpu: vcpu * 1024, memory: memoryMiB }),
    vcpu > maxVcpus ? `${vcpu} vCPUs are more than maxVcpus, ${maxVcpus}; it would never start` : undefined,
    checkWhole('timeoutSeconds', timeoutSeconds, 60, 86_400),
  ];
}

/** Names of the states that the definition has beside those of its size classes. */
function stateNames(): Set<string> {
  const placeholder = '-';
  const { States } = ingestDefinition({
    ledgerTable: '',
    jobQueue: '',
    onDemandQueue: '',
    jobDefinition: '',
    failureQueueUrl: '',
    eventBusName: '',
    prefix: '',
    kinds: [],
    sizeClasses: [{ name: placeholder, maxBytes: 0, vcpu: 0, memoryMiB: 0, timeoutSeconds: 0 }],
    variables: { id: '', kind: '', key: '', version: '', partial: '', execution: '' },
    sweep: { kinds: [placeholder], delaySeconds: 0 },
  });
  return new Set(Object.keys(States).filter((state) => state !== placeholder));
}

function variableProblems({ variables, environment }: Settings): Problems {
  const names = variableNames(variables);
  const all = [...names, ...Object.keys(environment)];
  const twice = [...new Set(all.filter((variable, index) => all.indexOf(variable) !== index))];
  return [
    ...names
      .filter((variable) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable))
      .map((variable) => `variables: "${variable}" is no variable name`),
    twice.length > 0 ? `variables and environment: ${twice.join(', ')} is given more than once` : undefined,
  ];
}

function variableNames(variables: IngestVariableArgs): string[] {
  const { id, kind, key, version, partial, execution, classBytes, bucket } = variables;
  const all = [id, kind, key, version, partial, execution, classBytes, bucket];
  return all.filter((variable) => variable !== undefined);
}
