import { definitions } from '../settings/index.ts';
import { readConfiguration } from './configuration.ts';

/** Every setting as a Markdown table: what it takes, its default, what the two stack files say, and what it means. */
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
      meaning,
    ]),
  );
  return [
    row(['key', 'value', 'default', 'dev', 'prod', 'what it does']),
    row(Array(6).fill('---')),
    ...rows,
  ].join('\n');
}

function row(cells: string[]): string {
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
}
