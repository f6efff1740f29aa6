import { writeFileSync } from 'node:fs';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import type { Change } from '../changes/changes.ts';
import { noEffect } from '../changes/effects.ts';
import type { Foreseen } from '../changes/foresee.ts';
import { counted, monthly } from '../changes/print.ts';
import { componentsOf, type TopComponent } from '../plan/components.ts';
import { monthlyCost } from '../plan/cost.ts';
import type { Plan } from '../plan/evaluate.ts';
import { type Review, review } from '../plan/review.ts';
import { changesByComponent, coloured, escaped, toDot, toneOf } from './graph.ts';
import { style } from './style.ts';

/** Writes one page that holds all it shows: nothing is fetched when it is opened. */
export async function writePage(file: string, plan: Plan, foreseen?: Foreseen): Promise<void> {
  writeFileSync(file, await toPage(plan, foreseen));
}

export async function toPage(plan: Plan, foreseen?: Foreseen): Promise<string> {
  const components = componentsOf(plan);
  const byComponent = changesByComponent(components, foreseen?.changes ?? []);
  const dot = toDot(components, byComponent);
  const svg = coloured((await Graphviz.load()).dot(dot)).replace(/^[\s\S]*?(?=<svg)/, '');
  const found = review(plan);
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Stack ${escaped(plan.stack)}</title><style>${style}</style></head>`,
    '<body>',
    `<h1>Stack ${escaped(plan.stack)}</h1>`,
    `<p>${summary(plan, found, foreseen)}</p>`,
    ...(foreseen === undefined ? [] : conflicts(foreseen)),
    '<h2>Components</h2>',
    '<p>An arrow leads to what a component needs. The number is of its resources.</p>',
    legend(foreseen !== undefined),
    `<figure>${svg}</figure>`,
    ...(foreseen === undefined ? [] : changes(components, byComponent)),
    '<h2>Cost of a month at rest</h2>',
    costs(components, found),
    '<h2>Policy</h2>',
    findings(found),
    '</body></html>',
    '',
  ].join('\n');
}

function summary({ resources }: Plan, { cost }: Review, foreseen: Foreseen | undefined): string {
  const size = `${resources.length} resources`;
  if (foreseen === undefined) return `${size}, ${cost.total.toFixed(2)} USD a month at rest.`;
  return `${size}; ${counted(foreseen.changes)}; ${monthly(foreseen)}.`;
}

function conflicts({ conflicts: found }: Foreseen): string[] {
  if (found.length === 0) return ['<p>Nothing is in conflict.</p>'];
  const items = found.map(
    ({ identity, resources, why }) =>
      `<li><b>${escaped(identity)}</b> (${escaped(resources.join(', '))}): ${linked(why)}</li>`,
  );
  return ['<section class="harm"><h2>It cannot go</h2><ul>', ...items, '</ul></section>'];
}

function legend(hasChanges: boolean): string {
  if (!hasChanges) return '';
  const tones = {
    create: '+ created',
    update: '~ updated',
    replace: '± replaced',
    delete: '− deleted',
    harm: '! callers notice it, or it is refused',
  };
  return `<p class="legend">${Object.entries(tones)
    .map(([tone, text]) => `<span class="${tone}">${text}</span>`)
    .join(' ')}</p>`;
}

function changes(components: readonly TopComponent[], byComponent: Map<string, Change[]>): string[] {
  const named = [
    ...components.map(({ urn, name }) => [urn, name] as const),
    ['', 'in no component'] as const,
  ];
  return [
    '<h2>Changes</h2>',
    ...named.flatMap(([urn, name]) => {
      const own = byComponent.get(urn) ?? [];
      if (own.length === 0) return [];
      const isHarmful = own.some((change) => toneOf(change) === 'harm');
      return [
        `<details${isHarmful ? ' open' : ''}><summary><b>${escaped(name)}</b>: ${counted(own)}</summary>`,
        ...own.map(change),
        '</details>',
      ];
    }),
  ];
}

function change(one: Change): string {
  const effect = one.effect === noEffect ? '' : `<p><b>${linked(one.effect)}</b></p>`;
  const duration = one.duration === undefined ? '' : `<p>takes: ${linked(one.duration)}</p>`;
  return `<div class="change ${toneOf(one)}"><p>${one.action} <b>${escaped(one.name)}</b> <code>${escaped(one.type)}</code></p>${effect}${duration}<ul>${one.because.map((reason) => `<li>${escaped(reason)}</li>`).join('')}</ul></div>`;
}

function costs(components: readonly TopComponent[], { cost }: Review): string {
  const rows = components.flatMap(({ name, resources }) =>
    monthlyCost(resources).lines.map(({ what, usd }) => ({ name, what, usd })),
  );
  const inComponents = rows.reduce((sum, { usd }) => sum + usd, 0);
  const rest = cost.total - inComponents;
  const all = rest > 0.005 ? [...rows, { name: '', what: 'in no component', usd: rest }] : rows;
  const cells = all
    .sort((a, b) => b.usd - a.usd)
    .map(
      ({ name, what, usd }) =>
        `<tr><td>${escaped(name)}</td><td>${escaped(what)}</td><td class="usd">${usd.toFixed(2)}</td></tr>`,
    );
  const total = `<tr><th colspan="2">together</th><th class="usd">${cost.total.toFixed(2)}</th></tr>`;
  const unpriced =
    cost.unpriced.length === 0
      ? ''
      : `<p>Not counted, since unpriced: ${escaped(cost.unpriced.join(', '))}.</p>`;
  return `<table><tr><th>component</th><th>what</th><th class="usd">USD</th></tr>${cells.join('')}${total}</table>${unpriced}`;
}

function findings({ level, findings: found }: Review): string {
  const open = found.filter(({ waiver }) => waiver === undefined);
  if (open.length === 0) return `<p>No rule of the level ${level} is broken.</p>`;
  const items = open.map(
    ({ rule, resource, requires }) =>
      `<li>${escaped(rule)} <b>${escaped(resource)}</b>: ${escaped(requires)}</li>`,
  );
  return `<ul>${items.join('')}</ul>`;
}

/** Addresses of documentation as links. */
function linked(text: string): string {
  return escaped(text).replace(
    /https:\/\/[^\s)]+/g,
    (address) => `<a href="${address}">${address.split('/').at(-1)}</a>`,
  );
}
