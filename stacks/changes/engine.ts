import { unknownValue } from '../evaluate/marks.ts';
import type { Answer, Cloud, MadeChild, Properties, Registered } from '../evaluate/registered.ts';
import { nameOf } from '../evaluate/urn.ts';
import { simulated, simulatedCloud } from '../plan/cloud.ts';
import { type Difference, differences } from './difference.ts';
import type { Living, LivingResource } from './living.ts';
import { replacement } from './replacement.ts';
import { followsReplacement, verdictOn } from './verdict.ts';

/** What the engine does to one resource. */
export interface Step {
  readonly action: 'create' | 'update' | 'replace' | 'delete' | 'same';
  readonly urn: string;
  /** Undefined when it is created. */
  readonly before?: LivingResource;
  /** Undefined when it is deleted. */
  readonly after?: LivingResource;
  readonly differences: readonly Difference[];
  /** The differences that replace it. */
  readonly replacing: readonly Difference[];
  /** What may replace it as well, and when. */
  readonly mayReplace: readonly string[];
  /** The old one is deleted before the new one is made. */
  readonly oldFirst: boolean;
  /** Name of the resource that is deleted before it is replaced, and takes this one along. */
  readonly draggedBy?: string;
}

/**
 * Decides over each resource that a program registers what Pulumi's engine would do to a living stack
 * (pkg/resource/deploy/step_generator.go), and answers with what would become of it. A replaced resource answers with
 * another id and other names, so that what refers to it differs in turn.
 */
export class Engine implements Cloud {
  readonly steps: Step[] = [];
  private readonly before: Living;
  private readonly region: string;
  private readonly isExport: boolean;
  private readonly base: Cloud;
  private readonly seen = new Set<string>();
  /** What data sources answered here. */
  private readonly madeUp = new Set<unknown>();
  /** By URN: what takes the resource along, since it is deleted before it is replaced. */
  private readonly dragged = new Map<string, string>();

  /** @param isExport what lives was told by AWS, where data sources may answer otherwise than here */
  constructor(before: Living, region: string, { isExport = false } = {}) {
    this.before = before;
    this.region = region;
    this.isExport = isExport;
    this.base = simulatedCloud(region);
  }

  call(token: string, inputs: Properties): Properties {
    const answer = this.base.call(token, inputs);
    for (const value of Object.values(answer)) {
      if (typeof value === 'string' && value !== '' && !asksAboutItself.test(token)) this.madeUp.add(value);
    }
    for (const value of Object.values(inputs)) this.madeUp.delete(value);
    return answer;
  }

  children(resource: Registered) {
    return this.base.children(resource);
  }

  resource(resource: Registered, children: readonly MadeChild[]): Answer {
    if (!resource.custom || resource.read) return this.component(resource, children);
    const before = this.find(resource);
    if (before === undefined) {
      const answer = this.base.resource(resource, children);
      this.add('create', { after: { resource, answer } });
      return answer;
    }
    this.seen.add(before.resource.urn);
    return this.change(before, kept(before.resource, resource), children);
  }

  /** What another package's component answers beyond what its children tell stays while they do. */
  private component(resource: Registered, children: readonly MadeChild[]): Answer {
    const fresh = this.base.resource(resource, children);
    const before = this.find(resource);
    const changed = new Set(this.steps.filter(({ action }) => action !== 'same').map(({ urn }) => urn));
    if (before === undefined || children.some((child) => changed.has(child.resource.urn))) return fresh;
    return { ...fresh, outputs: { ...fresh.outputs, ...toldByNone(before.answer.outputs, children) } };
  }

  /** All steps in the engine's order: what is no longer asked for is deleted last, dependents first. */
  finish(): Step[] {
    const gone = [...this.before.values()].filter(
      ({ resource }) => resource.custom && !resource.read && !this.seen.has(resource.urn),
    );
    for (const before of gone.reverse()) this.add('delete', { before });
    return this.steps;
  }

  private find({ urn, aliases }: Registered): LivingResource | undefined {
    return [urn, ...aliases].map((one) => this.before.get(one)).find((one) => one !== undefined);
  }

  private change(before: LivingResource, resource: Registered, children: readonly MadeChild[]): Answer {
    const found = [...this.differences(before, resource), ...this.unknowns(resource)];
    const draggedBy = this.dragged.get(before.resource.urn);
    const verdicts = found.map((one) => [one, verdictOn(before.resource.inputs, resource, one)] as const);
    const replacing = verdicts.filter(([, verdict]) => verdict === true).map(([one]) => one);
    const mayReplace = verdicts.flatMap(([, verdict]) => (typeof verdict === 'string' ? [verdict] : []));
    const change = { before, differences: found, replacing, mayReplace: [...new Set(mayReplace)], draggedBy };
    if (replacing.length > 0 || draggedBy !== undefined) {
      const oldFirst = draggedBy !== undefined || deletesFirst(resource);
      if (oldFirst) this.drag(before);
      const answer = simulated(resource, children, this.region, 'replaced');
      this.add('replace', { ...change, after: { resource, answer }, oldFirst });
      return answer;
    }
    const isChanged = found.some(({ isUncertain }) => !isUncertain);
    const answer = updated(before, resource, this.base.resource(resource, children), isChanged);
    this.add(isChanged ? 'update' : 'same', { ...change, after: { resource, answer } });
    return answer;
  }

  private differences({ resource: before, answer }: LivingResource, after: Registered): Difference[] {
    const regional = 'region' in (replacement[after.type]?.replaces ?? {});
    const region = (own: unknown, all: unknown) => (regional ? { region: own ?? all ?? this.region } : {});
    const madeUp = replacement[after.type]?.autoName ?? '';
    const { [madeUp]: name, ...given } = before.inputs;
    const known = name === undefined || after.inputs[madeUp] === undefined ? given : before.inputs;
    const ignored = new Set(after.ignoreChanges.map((path) => path.split(/[.[]/)[0]));
    return differences(
      { ...known, ...region(known.region, answer.outputs.region) },
      { ...after.inputs, ...region(after.inputs.region, this.region) },
    )
      .filter(({ path }) => !ignored.has(path.split(/[.[ ]/)[0]))
      .map((one) => (this.isExport && this.madeUp.has(one.after) ? { ...one, isUncertain: true } : one));
  }

  /** Inputs whose values are known after the deployment only, since they are of what is or may be replaced. */
  private unknowns({ inputs, propertyDependencies }: Registered): Difference[] {
    const renewed = new Set(
      this.steps.flatMap(({ action, mayReplace, urn }) =>
        action === 'replace' || mayReplace.length > 0 ? [urn] : [],
      ),
    );
    return Object.entries(propertyDependencies)
      .filter(([key, urns]) => holdsUnknown(inputs[key]) && urns.some((urn) => renewed.has(urn)))
      .map(([path]) => ({ path, before: '[unknown]', after: '[unknown]', isUncertain: true }));
  }

  /** What would be replaced with it by an input that refers to it goes before it does. */
  private drag({ resource: { urn } }: LivingResource): void {
    for (const dependent of this.before.values()) {
      const { resource } = dependent;
      if (this.dragged.has(resource.urn) || !resource.custom) continue;
      const goesAlong = Object.entries(resource.propertyDependencies).some(
        ([key, urns]) => urns.includes(urn) && followsReplacement(resource, key),
      );
      if (!goesAlong) continue;
      this.dragged.set(resource.urn, nameOf(urn));
      this.drag(dependent);
    }
  }

  private add(action: Step['action'], step: Partial<Step>): void {
    const urn = step.after?.resource.urn ?? step.before?.resource.urn ?? '';
    this.steps.push({
      action,
      urn,
      differences: [],
      replacing: [],
      mayReplace: [],
      oldFirst: false,
      ...step,
    });
  }
}

function holdsUnknown(value: unknown): boolean {
  return JSON.stringify(value)?.includes(unknownValue) ?? false;
}

/** The engine puts the old inputs in the place of those that `ignoreChanges` names, also in what is replaced. */
function kept({ inputs: old }: Registered, now: Registered): Registered {
  const ignored = now.ignoreChanges.filter((path) => !/[.[]/.test(path));
  if (ignored.length === 0) return now;
  const inputs = { ...now.inputs };
  for (const key of ignored) {
    if (key in old) inputs[key] = old[key];
    else delete inputs[key];
  }
  return { ...now, inputs };
}

/** Data sources whose answers depend on no resource. */
const asksAboutItself = /:(getCallerIdentity|getRegion|getPartition|getAvailabilityZones)$/;

/** Of a VPC everything is its children's; of an image the digest is told by none of them. */
function toldByNone({ imageUri }: Properties, children: readonly MadeChild[]): Properties {
  return imageUri === undefined || children.length === 0 ? {} : { imageUri };
}

/** The program decides; else the bridge does, for names that the program gives (nameRequiresDeleteBeforeReplace). */
function deletesFirst({ type, inputs, deleteBeforeReplace }: Registered): boolean {
  if (deleteBeforeReplace !== undefined) return deleteBeforeReplace;
  const known = replacement[type];
  if (known?.deleteBeforeReplace) return true;
  return known?.autoName !== undefined && !known.framework && inputs[known.autoName] !== undefined;
}

/** What an update leaves: the same id and names; a new revision where AWS numbers those. */
function updated(
  before: LivingResource,
  { type, inputs }: Registered,
  fresh: Answer,
  isChanged: boolean,
): Answer {
  const outputs = { ...fresh.outputs, ...before.answer.outputs, ...inputs };
  if (!isChanged || type !== 'aws:batch/jobDefinition:JobDefinition') {
    return { id: before.answer.id, outputs };
  }
  const revision = Number(before.answer.outputs.revision ?? 1) + 1;
  const next = (arn: unknown) => String(arn).replace(/:\d+$/, `:${revision}`);
  return { id: next(before.answer.id), outputs: { ...outputs, revision, arn: next(outputs.arn) } };
}
