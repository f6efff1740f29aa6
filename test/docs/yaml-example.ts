import { parse } from 'yaml';
import { argumentsOf, nameProblems, type Property, type Schema, typeName } from '../components/schema.ts';

interface Program {
  resources: Record<string, { type: string; properties?: Record<string, unknown> }>;
  outputs?: Record<string, unknown>;
}

/** What Pulumi knows before it evaluates anything. */
const known = /^\$\{pulumi\.(cwd|organization|project|stack)\}/;

/** What is wrong with a Pulumi program in YAML: names, required properties, kinds of values, and references. */
export function yamlProblems(schema: Schema, text: string): string[] {
  const program: Program = parse(text);
  const problems: string[] = [];

  const reference = (where: string, path: string) => {
    const [, resource = '', output = ''] = /^\$\{(\w+)\.(\w+)\}$/.exec(path) ?? [];
    const [, name] = program.resources[resource]?.type.split(':') ?? [];
    if (schema.resources[`trellis:index:${name}`]?.properties?.[output] === undefined) {
      problems.push(`${where}: there is no output ${path}`);
    }
  };

  const check = (where: string, property: Property | undefined, value: unknown): void => {
    if (typeof value === 'string' && value.startsWith('${') && !known.test(value)) {
      if (property?.plain === true) {
        problems.push(`${where}: a plain argument takes no output`);
      }
      reference(where, value);
      return;
    }
    if (property === undefined) return;
    const name = typeName(property);
    if (name !== undefined) object(where, name, value as Record<string, unknown>);
    else if (property.type === 'array') {
      if (!Array.isArray(value)) problems.push(`${where}: not a list`);
      else
        value.forEach((item, index) => {
          check(`${where}[${index}]`, property.items, item);
        });
    } else if (property.additionalProperties !== undefined) {
      for (const [key, item] of Object.entries(value as object)) {
        check(`${where}.${key}`, property.additionalProperties, item);
      }
    } else if (typeof value !== property.type && !(property.type === 'integer' && Number.isInteger(value))) {
      problems.push(`${where}: not a ${property.type}`);
    }
  };

  const object = (where: string, name: string, value: Record<string, unknown>): void => {
    const type = argumentsOf(schema, name);
    problems.push(...nameProblems(where, type, Object.keys(value)));
    for (const [key, item] of Object.entries(value)) check(`${where}.${key}`, type?.properties?.[key], item);
  };

  for (const [name, { type, properties = {} }] of Object.entries(program.resources)) {
    const [, component = ''] = /^trellis:(\w+)$/.exec(type) ?? [];
    object(name, component, properties);
  }
  for (const [name, value] of Object.entries(program.outputs ?? {})) reference(name, String(value));
  return problems;
}
