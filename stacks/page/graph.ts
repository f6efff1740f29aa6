import type { Change } from '../changes/changes.ts';
import { noEffect } from '../changes/effects.ts';
import type { TopComponent } from '../plan/components.ts';

/** How a change is coloured; the page's style sheet has a colour for each. */
export type Tone = 'same' | 'create' | 'update' | 'replace' | 'delete' | 'harm';

export function toneOf({ action, effect }: Change): Tone {
  if (!effect.startsWith(noEffect)) return 'harm';
  if (action.startsWith('replace') || action === 'may replace') return 'replace';
  return action === 'create' || action === 'delete' ? action : 'update';
}

/** The changes of each component, by its URN; what belongs to none is under the empty text. */
export function changesByComponent(
  components: readonly TopComponent[],
  changes: readonly Change[],
): Map<string, Change[]> {
  const owners = new Map(components.flatMap(({ urn, resources }) => resources.map((one) => [one.urn, urn])));
  return Map.groupBy(changes, (change) => owners.get(change.urn) ?? ownerOfDeleted(components, change) ?? '');
}

/** What is deleted is in no plan: its URN has the type of its component, and its name begins with the component's. */
function ownerOfDeleted(components: readonly TopComponent[], { urn, name }: Change): string | undefined {
  const [top] = (urn.split('::')[2] ?? '').split('$');
  return components
    .filter((component) => component.type === top && name.startsWith(component.name))
    .sort((a, b) => b.name.length - a.name.length)[0]?.urn;
}

/** More changes of a component than these are told as a number. */
const shown = 8;

/** Components as boxes and what needs what as arrows, in Graphviz's language; each box lists its changes. */
export function toDot(components: readonly TopComponent[], changes: Map<string, Change[]>): string {
  const ids = new Map(components.map(({ urn }, index) => [urn, `c${index}`]));
  const nodes = components.map((component) => {
    const own = changes.get(component.urn) ?? [];
    return `${ids.get(component.urn)} [class="${worst(own)}" label=${label(component, own)}]`;
  });
  const arrows = components.flatMap(({ urn, needs }) =>
    needs.map((other) => `${ids.get(urn)} -> ${ids.get(other)}`),
  );
  return [
    'digraph {',
    'rankdir=LR nodesep=0.2 ranksep=0.7 bgcolor=transparent',
    'node [shape=box style=rounded fontname="Helvetica" fontsize=12 margin="0.15,0.08"]',
    'edge [arrowsize=0.6]',
    ...nodes,
    ...arrows,
    '}',
  ].join('\n');
}

function worst(changes: readonly Change[]): Tone {
  const order: Tone[] = ['harm', 'replace', 'delete', 'create', 'update'];
  const tones = new Set(changes.map(toneOf));
  return order.find((tone) => tones.has(tone)) ?? 'same';
}

function label({ type, name, resources }: TopComponent, changes: readonly Change[]): string {
  const kind = type.split(':').at(-1) ?? type;
  const row = (text: string) => `<TR><TD ALIGN="LEFT">${text}</TD></TR>`;
  const rows = [
    row(`<B>${escaped(name)}</B>`),
    row(`${escaped(kind)}, ${resources.length}`),
    ...changes.slice(0, shown).map((one) => {
      const tone = toneOf(one);
      return row(`<FONT COLOR="${marks[tone]}">${signs[tone]} ${escaped(one.name)}</FONT>`);
    }),
    ...(changes.length > shown ? [row(`and ${changes.length - shown} more`)] : []),
  ];
  return `<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">${rows.join('')}</TABLE>>`;
}

/** Graphviz colours text, and gives it no class; `coloured` makes the one the other, for the style sheet. */
const marks: Readonly<Record<Tone, string>> = {
  same: '#000001',
  create: '#000002',
  update: '#000003',
  replace: '#000004',
  delete: '#000005',
  harm: '#000006',
};

export function coloured(svg: string): string {
  return Object.entries(marks).reduce(
    (text, [tone, mark]) => text.replaceAll(`fill="${mark}"`, `class="${tone}"`),
    svg,
  );
}

const signs: Readonly<Record<Tone, string>> = {
  same: ' ',
  create: '+',
  update: '~',
  replace: '±',
  delete: '−',
  harm: '!',
};

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
