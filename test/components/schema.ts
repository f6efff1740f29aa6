import { readFileSync } from 'node:fs';
import { schemaFile } from '../../scripts/schema.ts';

export interface Property {
  type?: string;
  $ref?: string;
  plain?: boolean;
  items?: Property;
  additionalProperties?: Property;
}

interface ObjectType {
  properties?: Record<string, Property>;
  required?: string[];
}

interface Resource extends ObjectType {
  inputProperties: Record<string, Property>;
  requiredInputs?: string[];
}

export interface Schema {
  resources: Record<string, Resource>;
  types: Record<string, ObjectType>;
}

export function readSchema(): Schema {
  return JSON.parse(readFileSync(schemaFile, 'utf8'));
}

/** Arguments of a component, or of a type of ours, in one shape; undefined when there is none of that name. */
export function argumentsOf(schema: Schema, name: string): ObjectType | undefined {
  const resource = schema.resources[`trellis:index:${name}`];
  if (resource !== undefined) {
    return { properties: resource.inputProperties, required: resource.requiredInputs };
  }
  return schema.types[`trellis:index:${name}`];
}

/** The name in a reference to a type of ours. */
export function typeName(property: Property): string | undefined {
  return /^#\/types\/trellis:index:(\w+)$/.exec(property.$ref ?? '')?.[1];
}

/** Names that there are not, and names that must be there and are missing. */
export function nameProblems(where: string, type: ObjectType | undefined, given: string[]): string[] {
  if (type === undefined) return [`${where}: no such component or type`];
  const known = Object.keys(type.properties ?? {});
  return [
    ...given.filter((name) => !known.includes(name)).map((name) => `${where}: ${name} is no argument`),
    ...(type.required ?? [])
      .filter((name) => !given.includes(name))
      .map((name) => `${where}: ${name} is missing`),
  ];
}
