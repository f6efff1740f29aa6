import { RunError } from '@pulumi/pulumi';
import { crossProblems } from './cross.ts';
import { definitions, type SettingKey, type Settings } from './definitions.ts';
import { type Kind, parseJson } from './kinds.ts';

/**
 * The settings of a stack from its configuration.
 *
 * @param project name before the colon of each key; keys of other namespaces (`aws:region`) are ignored
 * @param config as Pulumi passes it to programs: every value is text
 * @throws an error that lists every unknown key, every wrong value and every impossible combination
 */
export function readSettings(project: string, config: Record<string, string>): Settings {
  const problems: string[] = [];
  const given = ours(project, config, problems);
  const settings: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(definitions)) {
    const value = given.get(key);
    settings[key] = value === undefined ? definition.default : read(key as SettingKey, value, problems);
  }
  // Only when every value could be read: otherwise a wrong value would be reported twice.
  if (problems.length === 0) problems.push(...crossProblems(settings as Settings));
  if (problems.length > 0) {
    throw new SettingsError(
      `the configuration has problems:${problems.map((problem) => `\n  - ${problem}`).join('')}`,
    );
  }
  return settings as Settings;
}

/** The Pulumi CLI prints only the message of a `RunError`, without the program's stack trace. */
export class SettingsError extends RunError {}

function read(key: SettingKey, value: string, problems: string[]): unknown {
  const definition: { kind: Kind<unknown>; secret?: true } = definitions[key];
  const result = definition.kind.read(value);
  if (result === undefined) {
    const given = definition.secret ? '' : `, not ${value === '' ? 'empty' : shown(value)}`;
    problems.push(`${key} must be ${definition.kind.expected}${given}`);
  }
  return result;
}

function shownKey(key: string): string {
  return /^[\x21-\x7e]{1,100}$/.test(key) ? key : shown(key);
}

function shown(value: string): string {
  const short = value.length > 100 ? `${value.slice(0, 100)}…` : value;
  // Quoted as JSON, so that a message stays one line whatever the value holds.
  return parseJson(value) === undefined || short.includes('\n') ? JSON.stringify(short) : short;
}

/** The project's keys and their texts. `service.cpu` may be a key, or (after `config set --path`) `cpu` in the object
 * `service`. */
function ours(project: string, config: Record<string, string>, problems: string[]): Map<string, string> {
  const found = new Map<string, string>();
  const add = (key: string, value: string) => {
    if (!Object.hasOwn(definitions, key)) problems.push(`${shownKey(key)} is no setting${suggestion(key)}`);
    else if (found.has(key)) problems.push(`${key} is set twice: as a key, and as a path (--path)`);
    else found.set(key, value);
  };
  for (const [name, value] of Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!name.startsWith(`${project}:`)) continue;
    const key = name.slice(project.length + 1);
    const nested = isGroup(key) ? parseJson(value) : undefined;
    if (typeof nested !== 'object' || nested === null) add(key, value);
    else for (const [inner, item] of Object.entries(nested)) add(`${key}.${inner}`, asText(item));
  }
  return found;
}

function isGroup(key: string): boolean {
  return Object.keys(definitions).some((known) => known.startsWith(`${key}.`));
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function suggestion(key: string): string {
  const [nearest] = Object.keys(definitions)
    .map((known) => ({ known, distance: editDistance(key.toLowerCase(), known.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return nearest !== undefined && nearest.distance <= 3 ? `; did you mean ${nearest.known}?` : '';
}

/** Levenshtein's distance: insertions, deletions and replacements from one text to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      next.push(
        Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)),
      );
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
