import { nameOf } from '../evaluate/urn.ts';
import { type Conflict, conflictsOf } from './conflicts.ts';
import type { Difference } from './difference.ts';
import { durationOf } from './durations.ts';
import { effectsOf, noEffect } from './effects.ts';
import type { Step } from './engine.ts';
import { refusalsOf } from './refusals.ts';

/** What becomes of one resource. */
export interface Change {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly action:
    | 'create'
    | 'update'
    | 'may change'
    | 'may replace'
    | 'replace, new first'
    | 'replace, old first'
    | 'delete';
  /** What differs, and what of it replaces the resource. */
  readonly because: readonly string[];
  readonly effect: string;
  /** How long it takes to reach everybody, where AWS documents it. */
  readonly duration?: string;
}

export interface Changes {
  /** In the engine's order. */
  readonly changes: readonly Change[];
  readonly conflicts: readonly Conflict[];
}

export function changesOf(steps: readonly Step[]): Changes {
  const changing = steps.filter(({ action, differences }) => action !== 'same' || differences.length > 0);
  const effects = effectsOf(steps);
  const replaced = new Set(steps.flatMap(({ action, urn }) => (action === 'replace' ? [urn] : [])));
  const conflicts = [...conflictsOf(steps), ...refusalsOf(steps)];
  const inConflict = new Map(conflicts.map(({ urn, effect }) => [urn, effect]));
  const effectOf = (step: Step) => {
    const effect = effects.get(step) ?? noEffect;
    return effect === noEffect ? (inConflict.get(step.urn) ?? noEffect) : effect;
  };
  const durations = (step: Step) => {
    const duration = durationOf(step, steps);
    return duration === undefined ? {} : { duration };
  };
  return {
    changes: changing.map((step) => ({
      ...durations(step),
      urn: step.urn,
      type: (step.after ?? step.before)?.resource.type ?? '',
      name: nameOf(step.urn),
      action: actionOf(step),
      because: reasonsOf(step, replaced),
      effect: effectOf(step),
    })),
    conflicts,
  };
}

function actionOf({ action, oldFirst, mayReplace }: Step): Change['action'] {
  if (action === 'replace') return oldFirst ? 'replace, old first' : 'replace, new first';
  if (mayReplace.length > 0) return 'may replace';
  return action === 'same' ? 'may change' : action;
}

function reasonsOf(step: Step, replaced: ReadonlySet<string>): string[] {
  const { differences, replacing, mayReplace, draggedBy } = step;
  const isTag = ({ path }: Difference) => /^tags\b/.test(path);
  const tags = differences.filter(isTag);
  return [
    ...(draggedBy === undefined ? [] : [`goes with ${draggedBy}, which is deleted first`]),
    ...differences
      .filter((one) => !isTag(one))
      .map(
        (one) => `${told(one)}${causeOf(one, step, replaced)}${replacing.includes(one) ? ' (replaces)' : ''}`,
      ),
    ...mayReplace.map((condition) => `may replace, ${condition}`),
    ...(tags.length === 0 ? [] : [`tags: ${tags.flatMap(tagNames).join(', ')}`]),
  ];
}

/** Where there were no tags at all, or are none any more, the whole map differs. */
function tagNames({ path, before, after }: Difference): string[] {
  if (path !== 'tags') return [path.replace(/^tags\.?/, '')];
  const map = before ?? after;
  return typeof map === 'object' && map !== null ? Object.keys(map).sort() : ['all'];
}

/** A reference to what is replaced differs for no other reason. */
function causeOf({ path }: Difference, { after }: Step, replaced: ReadonlySet<string>): string {
  const [input = ''] = path.split(/[.[ ]/);
  const causes = after?.resource.propertyDependencies[input]?.filter((urn) => replaced.has(urn)) ?? [];
  return causes.length === 0 ? '' : `, since ${[...new Set(causes.map(nameOf))].join(', ')} is replaced`;
}

function told({ path, before, after, isUncertain }: Difference): string {
  return isUncertain
    ? `${path}: ${text(before)} → ${text(after)}, may differ`
    : `${path}: ${text(before)} → ${text(after)}`;
}

const longest = 160;

function text(value: unknown): string {
  if (value === undefined) return '(none)';
  const all = typeof value === 'string' ? value : JSON.stringify(value);
  return all.length > longest ? `${all.slice(0, longest)}…` : all;
}
