import type { Finding } from './finding.ts';

interface ObjectType {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

interface Resource extends ObjectType {
  readonly inputProperties: Readonly<Record<string, unknown>>;
  readonly requiredInputs?: readonly string[];
}

/** The part of components/schema.json that programs in other languages depend on. */
export interface Schema {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly types: Readonly<Record<string, ObjectType>>;
}

/** What differs for programs in other languages. Types are those of arguments, as outputs name resources alone. */
export function schemaChanges(before: Schema, after: Schema): Finding[] {
  const resources = Object.entries(before.resources).flatMap(([token, old]) => {
    const now = after.resources[token];
    if (now === undefined) return [major(token, 'is gone')];
    return [...taken(token, inputsOf(old), inputsOf(now)), ...given(token, old, now)];
  });
  const types = Object.entries(before.types).flatMap(([token, old]) => {
    const now = after.types[token];
    return now === undefined ? [major(token, 'is gone')] : taken(token, old, now);
  });
  const added = [...Object.keys(after.resources), ...Object.keys(after.types)]
    .filter((token) => before.resources[token] === undefined && before.types[token] === undefined)
    .map((token): Finding => ({ level: 'minor', where: token, what: 'is new' }));
  return [...resources, ...types, ...added];
}

function inputsOf({ inputProperties, requiredInputs }: Resource): ObjectType {
  return { properties: inputProperties, required: requiredInputs };
}

/** What a program gives must be taken on. */
function taken(where: string, before: ObjectType, after: ObjectType): Finding[] {
  const required = (after.required ?? []).filter((name) => !(before.required ?? []).includes(name));
  return [
    ...properties(
      where,
      before,
      after,
      (old, now) => wire(old) === wire(now) || wire(old) === wire(lifted(now, old)),
    ),
    ...required.map((name) => major(where, `${name} is required now`)),
  ];
}

/** What a program reads must be given on. */
function given(where: string, before: ObjectType, after: ObjectType): Finding[] {
  const uncertain = (before.required ?? []).filter(
    (name) => after.properties?.[name] !== undefined && !(after.required ?? []).includes(name),
  );
  return [
    ...properties(where, before, after, (old, now) => wire(old) === wire(now)),
    ...uncertain.map((name) => major(where, `output ${name} may be absent now`)),
  ];
}

function properties(
  where: string,
  { properties: before = {} }: ObjectType,
  { properties: after = {} }: ObjectType,
  fits: (old: unknown, now: unknown) => boolean,
): Finding[] {
  return [
    ...Object.entries(before).flatMap(([name, old]) => {
      if (after[name] === undefined) return [major(where, `${name} is gone`)];
      return fits(old, after[name]) ? [] : [major(where, `${name} has another type`)];
    }),
    ...Object.keys(after)
      .filter((name) => before[name] === undefined)
      .map((name): Finding => ({ level: 'minor', where, what: `${name} is new` })),
  ];
}

/** An argument that was plain may take outputs now: in whole, or in its parts. */
function lifted(now: unknown, before: unknown): unknown {
  if (typeof now !== 'object' || now === null || typeof before !== 'object' || before === null) return now;
  const [type, old] = [now as Record<string, unknown>, before as Record<string, unknown>];
  return {
    ...type,
    plain: type.plain ?? old.plain,
    ...(type.items === undefined ? {} : { items: lifted(type.items, old.items) }),
    ...(type.additionalProperties === undefined
      ? {}
      : { additionalProperties: lifted(type.additionalProperties, old.additionalProperties) }),
  };
}

/** A type without its words. */
function wire(type: unknown): string {
  return JSON.stringify(type, (key, value) => {
    if (key === 'description') return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function major(where: string, what: string): Finding {
  return { level: 'major', where, what };
}
