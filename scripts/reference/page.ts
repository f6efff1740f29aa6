import type { Evaluated } from './instances.ts';
import type { Component, Folder, Member, Shape } from './sources.ts';

/** Names at most that a table tells of one kind. */
const mostNames = 8;

/** The page of a folder of components. */
export function pageOf(
  folder: Folder,
  all: readonly Folder[],
  evaluated: (component: string) => Evaluated,
): string {
  const homes = homesOf(all);
  const link = (text: string) => linked(text, homes, folder.name);
  const used = usedShapes(folder);
  return [
    '<!-- Made by `npm run reference` from the sources and the plans of the examples and of both stacks. -->',
    '',
    ...(folder.components.length === 0 ? [`# ${folder.name}`, ''] : []),
    ...folder.components.flatMap((one) => componentLines(one, folder, evaluated(one.name), link)),
    ...used.flatMap((shape) => ['', `## ${shape.name}`, '', shape.doc, '', ...argumentTable(shape, link)]),
    '',
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

function componentLines(
  { name, doc, outputs, methods }: Component,
  folder: Folder,
  evaluated: Evaluated,
  link: (text: string) => string,
): string[] {
  return [
    `# ${name}`,
    '',
    `\`import { ${name} } from 'trellis-components/${folder.name}';\``,
    '',
    doc,
    '',
    `Arguments: [${name}Args](#${name.toLowerCase()}args).`,
    '',
    '## Outputs',
    '',
    '| output | type | |',
    '|---|---|---|',
    ...outputs.map((one) => `| \`${one.name}\` | ${link(one.type)} | ${cell(one.doc)} |`),
    ...methods.flatMap(methodLines),
    ...evaluatedLines(evaluated),
    '',
  ];
}

function methodLines({ name, doc }: Member): string[] {
  return ['', `- \`${name}\`: ${cell(doc)}`];
}

function evaluatedLines({ children, permissions, openings, mayBeOpen, costs }: Evaluated): string[] {
  if (children.length === 0) return [];
  return [
    '',
    '## Children',
    '',
    'As examples and stacks make them; `transforms` find a child by its type and name.',
    '',
    '| type | names |',
    '|---|---|',
    ...children.map(([type, names]) => `| \`${type}\` | ${listed(names)} |`),
    ...(permissions.length === 0
      ? []
      : ['', '## Permissions', '', '| policy | allows |', '|---|---|', ...permissions.map(permissionLine)]),
    '',
    ...(mayBeOpen ? ['## Open to', '', ...openingLines(openings), ''] : []),
    '## A month at rest',
    '',
    'USD in us-east-1; traffic and stored data come on top.',
    '',
    '| in | USD | of which |',
    '|---|---|---|',
    ...costs.map(({ where, usd, lines }) => `| ${where} | ${usd.toFixed(2)} | ${lines.join(', ')} |`),
  ];
}

function openingLines(openings: readonly string[]): string[] {
  return openings.length === 0 ? ['Nothing: no connection is let in.'] : openings.map((one) => `- ${one}`);
}

function permissionLine([name, actions]: readonly [string, readonly string[]]): string {
  return `| \`${name}\` | ${actions.map((action) => `\`${action}\``).join(', ')} |`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map((name) => `\`${name}\``);
  return names.length > mostNames
    ? `${shown.join(', ')} and ${names.length - mostNames} more`
    : shown.join(', ');
}

function argumentTable({ members }: Shape, link: (text: string) => string): string[] {
  return [
    '| argument | type | default | |',
    '|---|---|---|---|',
    ...members.map(({ name, type, doc, fallback, isOptional }) => {
      const absent = isOptional ? cell(fallback ?? 'none') : '**required**';
      return `| \`${name}\` | ${link(type)} | ${absent} | ${cell(doc)} |`;
    }),
  ];
}

/** The arguments of its components first, then what they consist of. */
function usedShapes({ components, shapes }: Folder): Shape[] {
  const first = components.map(({ name }) => `${name}Args`);
  const rank = ({ name }: Shape) => (first.includes(name) ? first.indexOf(name) : first.length);
  return shapes.filter(({ members }) => members.length > 0).sort((a, b) => rank(a) - rank(b));
}

function homesOf(all: readonly Folder[]): Map<string, string> {
  return new Map(all.flatMap(({ name, shapes }) => shapes.map((shape) => [shape.name, name])));
}

function linked(type: string, homes: ReadonlyMap<string, string>, from: string): string {
  const shape = /\b[A-Z]\w+\b/g;
  const links = [...type.matchAll(shape)].flatMap(([name]) => {
    const home = homes.get(name);
    return home === undefined
      ? []
      : [`[${name}](${home === from ? '' : `${home}.md`}#${name.toLowerCase()})`];
  });
  const text = `\`${type.replaceAll('|', '\\|')}\``;
  return links.length === 0 ? text : `${text} ${[...new Set(links)].join(' ')}`;
}

function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
}
