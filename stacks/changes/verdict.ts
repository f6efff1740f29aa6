import type { Properties, Registered } from '../evaluate/registered.ts';
import { revealed } from '../evaluate/values.ts';
import type { Difference } from './difference.ts';
import { type Replacement, replacement } from './replacement.ts';

/** Whether a difference replaces a resource; a text says on what it depends. */
export type Verdict = boolean | string;

export function verdictOn(before: Properties, after: Registered, difference: Difference): Verdict {
  const changed = general(difference.path);
  if (after.replaceOnChanges.some((path) => path === '*' || covers(changed, path.replaceAll('[*]', '[]'))))
    return true;
  const known = replacement[after.type];
  if (known === undefined) return `what replaces ${after.type} is not known`;
  const verdicts = Object.entries(known.replaces)
    .filter(([path]) => covers(changed, path) || isWithin(path, changed, difference))
    .map(([path, fact]) => judged(fact, { path, changed, before, after: after.inputs, difference }));
  if (verdicts.includes(true)) return difference.isUncertain ? `${changed}: if it differs` : true;
  return verdicts.find((verdict) => verdict !== false) ?? false;
}

/** Whether a reference to something that is replaced, by the input `key`, replaces the resource in turn. */
export function followsReplacement(resource: Registered, key: string): boolean {
  const difference = { path: key, before: 'old', after: 'new', isUncertain: false };
  return verdictOn(resource.inputs, resource, difference) === true;
}

interface Case {
  /** Of the fact. */
  path: string;
  /** Of the difference. */
  changed: string;
  before: Properties;
  after: Properties;
  difference: Difference;
}

function judged(fact: Replacement['replaces'][string], one: Case): Verdict {
  if (fact === true) return true;
  if (fact === 'may') return `${one.path}: not confirmed in the provider's source`;
  const condition = conditions.find(([text]) => fact.when.includes(text));
  return condition?.[1](one) ?? `${one.path}: when ${fact.when}`;
}

/** What the conditions of the table say of a change at hand; the first whose text is part of the condition counts. */
const conditions: readonly [string, (one: Case) => boolean][] = [
  ['the kind of source changes', ({ difference }) => isOneAbsent(difference)],
  ['network load balancer', ({ after }) => textOf(after.loadBalancerType) === 'network'],
  ['ipv4NetmaskLength is not set', ({ after }) => after.ipv4NetmaskLength === undefined],
  ["the compute resources are not Fargate's", ({ after }) => !isFargate(after)],
  ['AWS Batch cannot update', ({ after }) => isFargate(after)],
  ['the endpoint is of another type than Interface', ({ after }) => after.vpcEndpointType !== 'Interface'],
  ['the number of blocks changes', ({ changed }) => changed.endsWith('[]')],
  ['the block is added or removed', ({ path, changed }) => path === changed],
  ['connectivityType is private', ({ after }) => after.connectivityType === 'private'],
];

function isFargate({ computeResources }: Properties): boolean {
  return textOf((revealed(computeResources) as Properties | undefined)?.type).startsWith('FARGATE');
}

function isOneAbsent({ before, after }: Difference): boolean {
  return (before === undefined) !== (after === undefined);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A path without indexes, and without what is inside of JSON text. */
function general(path: string): string {
  return (path.split(' →')[0] ?? path).replace(/\[\d*\]/g, '[]');
}

/** Whether a block that comes or goes as a whole has the property. */
function isWithin(path: string, changed: string, { before, after }: Difference): boolean {
  if (!covers(path, changed)) return false;
  const steps = path
    .slice(changed.length)
    .split(/[.[\]]+/)
    .filter((step) => step !== '');
  return [before, after].some((value) => holds(value, steps));
}

function holds(value: unknown, steps: readonly string[]): boolean {
  if (Array.isArray(value)) return value.some((item) => holds(item, steps));
  const [step, ...rest] = steps;
  if (step === undefined) return value !== undefined;
  return typeof value === 'object' && value !== null && holds((value as Properties)[step], rest);
}

function covers(path: string, by: string): boolean {
  return path === by || path.startsWith(`${by}.`) || path.startsWith(`${by}[`);
}
