import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMap, isScalar, parse, parseDocument } from 'yaml';

/** A stack's configuration as Pulumi hands it to the program: `namespace:key` → text, JSON for lists and objects. */
export interface Configuration {
  project: string;
  config: Record<string, string>;
  secretKeys: string[];
}

/** The directory of Pulumi.yaml. */
export const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));

/** Stands for an encrypted value: it can only be read with the stack's own key, which a plan does not have. */
const encrypted = 'encrypted-value-of-the-stack-file';

/**
 * Reads Pulumi.yaml and Pulumi.<stack>.yaml.
 *
 * @param overrides `key=value`, as `pulumi config set key value` would set them
 * @throws an error that names the stacks there are when this one has no file
 */
export function readConfiguration(stack: string, overrides: string[] = []): Configuration {
  const project = String(parse(readFileSync(`${projectDirectory}/Pulumi.yaml`, 'utf8')).name);
  const file = `${projectDirectory}/Pulumi.${stack}.yaml`;
  if (!existsSync(file)) throw new Error(`there is no Pulumi.${stack}.yaml; stacks: ${stacks().join(', ')}`);
  return configure(parseStack(project, `Pulumi.${stack}.yaml`, readFileSync(file, 'utf8')), overrides);
}

/** @param overrides `key=value`, as `pulumi config set key value` would set them */
export function configure(configuration: Configuration, overrides: readonly string[]): Configuration {
  const config = { ...configuration.config };
  for (const override of overrides) apply(configuration.project, config, override);
  return { ...configuration, config };
}

/** The content of a stack file. */
export function parseStack(project: string, file: string, content: string): Configuration {
  const config: Record<string, string> = {};
  const secretKeys: string[] = [];
  const document = parseDocument(content);
  if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0]?.message}`);
  const entries = document.get('config');
  if (entries !== undefined && !isMap(entries)) throw new Error(`${file}: config must be a map`);
  for (const { key, value } of entries?.items ?? []) {
    const name = withNamespace(project, String(key));
    // A scalar's own text, so that `1.0` and `0123` arrive as they are written.
    const plain = isScalar(value) ? (value.source ?? '') : document.toJS().config[String(key)];
    const isSecret = typeof plain === 'object' && plain !== null && 'secure' in plain;
    if (isSecret) secretKeys.push(name);
    config[name] = isSecret ? encrypted : typeof plain === 'string' ? plain : JSON.stringify(plain);
  }
  return { project, config, secretKeys };
}

/** The stacks that have a file. */
export function stacks(): string[] {
  const names = readdirSync(projectDirectory).map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}

function withNamespace(project: string, key: string): string {
  return key.includes(':') ? key : `${project}:${key}`;
}

/** Sets a key; what follows it in brackets, such as `[0].min`, is a path into its value. */
function apply(project: string, config: Record<string, string>, override: string): void {
  const at = override.indexOf('=');
  if (at < 1) throw new Error(`--config takes key=value, not "${override}"`);
  const [, base = '', path = ''] = /^([^[]+)(.*)$/.exec(override.slice(0, at)) ?? [];
  const key = withNamespace(project, base);
  const value = override.slice(at + 1);
  if (path === '') {
    config[key] = value;
    return;
  }
  const steps = [...path.matchAll(/\[(\d+)\]|\.?([^.[\]]+)/g)].map(([, index, name]) => index ?? name ?? '');
  config[key] = JSON.stringify(setIn(parseOr(config[key]), steps, value));
}

function setIn(container: unknown, [step = '', ...rest]: string[], value: string): unknown {
  const inner = (container ?? {}) as Record<string, unknown>;
  const next = rest.length === 0 ? typed(value) : setIn(inner[step], rest, value);
  if (!/^\d+$/.test(step)) return { ...inner, [step]: next };
  const items = Array.isArray(container) ? [...container] : [];
  items[Number(step)] = next;
  return items;
}

/** As `pulumi config set --path`: numbers and booleans become such inside of structures. */
function typed(value: string): unknown {
  return /^(true|false|-?\d+)$/.test(value) ? JSON.parse(value) : value;
}

function parseOr(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
