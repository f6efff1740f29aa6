import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Property, PropertyType, ResourceProperties } from '@aws-cdk/service-spec-types';

const specification = loadAwsServiceSpecSync();

/** What a resource's inputs are by AWS's own schema of the type. */
export interface Checked {
  /** Paths of the values for which the schema has a property. */
  readonly checked: string[];
  /** Paths of those for which it has none: the provider's own, or shaped in another way. */
  readonly unmapped: string[];
  readonly breaches: string[];
}

type Properties = Record<string, unknown>;

/**
 * Holds inputs to the schema of a CloudFormation type: values that it lists, properties that it requires, and kinds of
 * values. It has neither lengths nor patterns. Names are compared without case and number (`loadBalancers` is
 * `LoadBalancers`), since Pulumi's are made from other ones.
 *
 * @param given paths of required properties that Pulumi or the provider makes up
 */
export function checkResource(type: string, inputs: Properties, given: readonly string[] = []): Checked {
  const result: Checked = { checked: [], unmapped: [], breaches: [] };
  const resource = specification.lookup('resource', 'cloudFormationType', 'equals', type).only();
  checkObject('', inputs, resource.properties, result);
  return {
    ...result,
    breaches: result.breaches.filter((breach) => !given.some((path) => breach === missing(path))),
  };
}

function checkObject(path: string, value: Properties, properties: ResourceProperties, result: Checked): void {
  const byName = new Map(Object.entries(properties).map(([name, property]) => [stem(name), property]));
  const present = new Set<Property>();
  for (const [key, inner] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    const property = byName.get(stem(key));
    if (inner === undefined || stem(key) === 'tag') continue;
    if (property === undefined) result.unmapped.push(at);
    else {
      present.add(property);
      checkValue(at, inner, property.type, result);
    }
  }
  for (const [name, property] of Object.entries(properties)) {
    if (property.required && !present.has(property)) {
      result.breaches.push(missing(path === '' ? name : `${path}.${name}`));
    }
  }
}

function missing(path: string): string {
  return `${path} is required`;
}

function checkValue(path: string, value: unknown, type: PropertyType, result: Checked): void {
  if (value === '[unknown]' || value === '[secret]') return;
  switch (type.type) {
    case 'union':
      checkUnion(path, value, type.types, result);
      return;
    case 'array': {
      const items = parsed(value);
      for (const item of Array.isArray(items) ? items : [items]) checkValue(path, item, type.element, result);
      return;
    }
    case 'map':
      for (const item of Object.values(parsed(value) as object)) checkValue(path, item, type.element, result);
      return;
    case 'ref': {
      const [object] = [parsed(value)].flat();
      if (typeof object !== 'object' || object === null) result.breaches.push(`${path} must be an object`);
      else
        checkObject(
          path,
          object as Properties,
          specification.get('typeDefinition', type.reference).properties,
          result,
        );
      return;
    }
    default:
      result.checked.push(path);
      if (!fits(value, type))
        result.breaches.push(`${path} must be ${expected(type)}, not ${JSON.stringify(value)}`);
  }
}

/** One of the types must take it; of the first one's breaches is told else. */
function checkUnion(path: string, value: unknown, types: readonly PropertyType[], result: Checked): void {
  const tried = types.map((type) => {
    const one: Checked = { checked: [], unmapped: [], breaches: [] };
    checkValue(path, value, type, one);
    return one;
  });
  const best = tried.find(({ breaches, unmapped }) => breaches.length + unmapped.length === 0) ?? tried[0];
  for (const part of ['checked', 'unmapped', 'breaches'] as const) result[part].push(...(best?.[part] ?? []));
}

/** Pulumi takes numbers and truth values as text, too. */
function fits(value: unknown, type: PropertyType): boolean {
  switch (type.type) {
    case 'string':
      return typeof value !== 'object' && (type.allowedValues?.includes(String(value)) ?? true);
    case 'integer':
      return Number.isInteger(Number(value)) && (type.allowedValues?.includes(Number(value)) ?? true);
    case 'number':
      return Number.isFinite(Number(value));
    case 'boolean':
      return ['true', 'false'].includes(String(value));
    case 'json':
      return typeof parsed(value) === 'object';
    default:
      return true;
  }
}

function expected(type: PropertyType): string {
  const allowed = 'allowedValues' in type ? type.allowedValues : undefined;
  return allowed === undefined ? type.type : `one of ${allowed.join(', ')}`;
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  return JSON.parse(value);
}

/** `capacityProviderStrategies` and `CapacityProviderStrategy` are one. */
function stem(name: string): string {
  return name.toLowerCase().replace(/ies$/, 'y').replace(/s$/, '');
}
