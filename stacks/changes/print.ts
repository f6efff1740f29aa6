import type { Change } from './changes.ts';
import { noEffect } from './effects.ts';
import type { Foreseen } from './foresee.ts';

/** The changes as other programs read them. */
export function changesJson({ changes, conflicts }: Foreseen): string {
  const printed = {
    changes: changes.map(({ urn: _, ...change }) => change),
    conflicts: conflicts.map(({ identity, resources, why }) => ({ identity, resources, why })),
  };
  return JSON.stringify(printed, null, 2);
}

/** The changes as people read them at a terminal. */
export function changesText(foreseen: Foreseen): string {
  const { stack, changes, conflicts } = foreseen;
  const { shown, tagged } = folded(changes);
  return [
    `stack ${stack}: ${counted(changes)}; ${conflicts.length === 0 ? 'no conflict' : `${conflicts.length} in conflict, it cannot go`}`,
    monthly(foreseen),
    ...conflicts.flatMap(({ identity, resources, why }) => [
      '',
      `! ${identity}  (${resources.join(', ')})`,
      `    ${why}`,
    ]),
    ...shown.flatMap((change) => [
      '',
      `${signs[change.action]} ${change.action}  ${change.type}  ${change.name}`,
      ...change.because.map((reason) => `    ${reason}`),
      ...(change.effect === noEffect ? [] : [`    ${change.effect}`]),
      ...(change.duration === undefined ? [] : [`    takes: ${change.duration}`]),
    ]),
    ...(tagged.length === 0 ? [] : ['', `~ tags alone  of ${tagged.length} resources: ${tagsOf(tagged)}`]),
  ].join('\n');
}

/** The changes as a pull request shows them. */
export function changesMarkdown(foreseen: Foreseen): string {
  const { stack, changes, conflicts } = foreseen;
  const { shown, tagged } = folded(changes);
  const rows = shown.map(({ action, type, name, because, effect, duration }) =>
    row([action, `\`${type}\``, `\`${name}\``, because.map(cell).join('<br>'), timed(effect, duration)]),
  );
  return [
    `### What changes in ${stack}: ${counted(changes)}`,
    '',
    `${monthly(foreseen)}.`,
    ...(conflicts.length === 0 ? [] : ['', '**It cannot go:**', '']),
    ...conflicts.map(({ identity, resources, why }) => `- **${identity}** (${resources.join(', ')}): ${why}`),
    '',
    ...(rows.length === 0
      ? ['Nothing else than tags.']
      : [row(['', 'type', 'name', 'because', 'effect']), row(Array(5).fill('---')), ...rows]),
    ...(tagged.length === 0 ? [] : ['', `Tags alone of ${tagged.length} resources: ${tagsOf(tagged)}.`]),
  ].join('\n');
}

const signs: Readonly<Record<Change['action'], string>> = {
  create: '+',
  update: '~',
  'may change': '?',
  'may replace': '?',
  'replace, new first': '±',
  'replace, old first': '±',
  delete: '-',
};

/** What changes tags alone is told in one line. */
function folded(changes: readonly Change[]): { shown: Change[]; tagged: Change[] } {
  const { true: tagged = [], false: shown = [] } = Object.groupBy(changes, ({ action, because }) =>
    String(action === 'update' && because.every((reason) => reason.startsWith('tags: '))),
  ) as { true?: Change[]; false?: Change[] };
  return { shown, tagged };
}

function tagsOf(changes: readonly Change[]): string {
  const names = changes.flatMap(({ because }) =>
    because.flatMap((reason) => reason.slice('tags: '.length).split(', ')),
  );
  return [...new Set(names)].join(', ');
}

export function counted(changes: readonly Change[]): string {
  if (changes.length === 0) return 'nothing changes';
  const groups = Map.groupBy(changes, ({ action }) => action.split(',')[0] ?? action);
  return ['create', 'update', 'may change', 'may replace', 'replace', 'delete']
    .flatMap((action) => {
      const group = groups.get(action);
      return group === undefined ? [] : [[action, group] as const];
    })
    .map(([action, group]) => `${group.length} ${action.startsWith('may ') ? action : `to ${action}`}`)
    .join(', ');
}

export function monthly({ costBefore, costAfter }: Foreseen): string {
  return `a month at rest: ${costBefore?.toFixed(2) ?? '(unknown)'} → ${costAfter.toFixed(2)} USD`;
}

function timed(effect: string, duration: string | undefined): string {
  return duration === undefined ? effect : `${effect}<br>takes: ${duration}`;
}

function row(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}
