import { definitions } from '../settings/index.ts';
import { readConfiguration } from './configuration.ts';
// `npm run drill:changes -- --write` writes it.
import changes from './settings-changes.json' with { type: 'json' };

/** Every setting as a Markdown table: what it takes, its default, what the two stack files say, what a change does to a
 * stack that lives, and what it means. */
export function settingsTable(): string {
  const { project, config: dev } = readConfiguration('dev');
  const { config: prod } = readConfiguration('prod');
  const cell = (value: unknown) => (value === undefined ? '' : `\`${value}\``);
  const rows = Object.entries(definitions).map(([key, { kind, default: fallback, meaning }]) =>
    row([
      cell(key),
      kind.expected,
      cell(fallback),
      cell(dev[`${project}:${key}`]),
      cell(prod[`${project}:${key}`]),
      (changes as Record<string, string[]>)[key]?.join(', ') ?? '',
      meaning,
    ]),
  );
  return [
    row(['key', 'value', 'default', 'dev', 'prod', 'a change', 'what it does']),
    row(Array(7).fill('---')),
    ...rows,
  ].join('\n');
}

function row(cells: string[]): string {
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
}
