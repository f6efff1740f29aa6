import { entries } from '../package/manifest.ts';
import { type Member, readFolders } from '../reference/sources.ts';
import type { Finding, Level } from './finding.ts';
import { readTypes, type Types } from './types.ts';

/** What programs can name of the package, by module. */
export interface Api {
  /** Values: functions, classes, constants. */
  readonly exports: Readonly<Record<string, readonly string[]>>;
  readonly types: Types;
  /** Arguments, by interface. */
  readonly shapes: Readonly<Record<string, Members>>;
  /** Outputs and methods, by component. */
  readonly components: Readonly<Record<string, Members>>;
}

/** By name: the type, and whether it may be left out. */
type Members = Readonly<Record<string, { readonly type: string; readonly isOptional: boolean }>>;

export async function readApi(): Promise<Api> {
  const modules = await Promise.all(
    Object.entries(entries()).map(async ([name, file]) => {
      const module = await import(`../../${file}`);
      return [name, Object.keys(module).sort()] as const;
    }),
  );
  const folders = readFolders();
  const shapes = folders.flatMap((folder) => folder.shapes);
  const components = folders.flatMap((folder) => folder.components);
  return {
    exports: Object.fromEntries(modules),
    types: readTypes(),
    shapes: Object.fromEntries(shapes.map(({ name, members }) => [name, membersOf(members)])),
    components: Object.fromEntries(
      components.map(({ name, outputs, methods }) => [
        name,
        membersOf([...outputs, ...methods.map(signature)]),
      ]),
    ),
  };
}

function membersOf(members: readonly Member[]): Members {
  return Object.fromEntries(members.map(({ name, type, isOptional }) => [name, { type, isOptional }]));
}

/** The name of a method is its own; its parameters are part of its type. */
function signature(method: Member): Member {
  const [name = ''] = method.name.split('(');
  return { ...method, name, type: `${method.name.slice(name.length)}: ${method.type}` };
}

export function apiChanges(before: Api, after: Api): Finding[] {
  return [
    ...lists(before.exports, after.exports),
    ...lists(namesOf(before.types), namesOf(after.types)),
    ...narrowed(before.types, after.types),
    ...groups(before.shapes, after.shapes, judgeOf),
    ...groups(before.components, after.components, () => outputChange),
  ];
}

function lists(before: Api['exports'], after: Api['exports']): Finding[] {
  const names = (all: Api['exports']) =>
    Object.entries(all).flatMap(([where, list]) => list.map((one) => [where, one]));
  const known = (all: Api['exports'], [where = '', one = '']: string[]) => all[where]?.includes(one) ?? false;
  return [
    ...names(before)
      .filter((one) => !known(after, one))
      .map(([where = '', one]) => found('major', where, `${one} is exported no more`)),
    ...names(after)
      .filter((one) => !known(before, one))
      .map(([where = '', one]) => found('minor', where, `${one} is exported`)),
  ];
}

function namesOf(types: Types): Api['exports'] {
  return Object.fromEntries(Object.entries(types).map(([where, named]) => [where, Object.keys(named)]));
}

/** A type that loses a member takes less as an argument. One that gains a member is a wider result of few functions, and
 * an addition. */
function narrowed(before: Types, after: Types): Finding[] {
  return Object.entries(before).flatMap(([where, types]) =>
    Object.entries(types).flatMap(([name, members]) => {
      const now = after[where]?.[name];
      if (now === undefined) return [];
      return [
        ...lost(members, now).map((member) => found('major', where, `${name} is ${member} no more`)),
        ...lost(now, members).map((member) => found('minor', where, `${name} may be ${member}`)),
      ];
    }),
  );
}

function lost(before: readonly string[], after: readonly string[]): string[] {
  return before.filter((one) => !after.includes(one));
}

type Judge = (before: Members[string], after: Members[string]) => string | undefined;

/** Interfaces of other names are what a component gives, such as the reference of an image. */
function judgeOf(shape: string): Judge {
  return shape.endsWith('Args') ? argumentChange : outputChange;
}

function groups(before: Api['shapes'], after: Api['shapes'], judge: (name: string) => Judge): Finding[] {
  const gone = Object.keys(before).filter((name) => after[name] === undefined);
  const come = Object.keys(after).filter((name) => before[name] === undefined);
  const kept = Object.entries(before).flatMap(([name, members]) => {
    const now = after[name];
    return now === undefined ? [] : memberChanges(name, members, now, judge(name));
  });
  return [
    ...gone.map((name) => found('major', name, 'is gone')),
    ...come.map((name) => found('minor', name, 'is new')),
    ...kept,
  ];
}

function memberChanges(where: string, before: Members, after: Members, judge: Judge): Finding[] {
  const isArgument = judge === argumentChange;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    if (now === undefined) return [found('major', where, `${name} is gone`)];
    if (old === undefined) {
      const isRequired = isArgument && !now.isOptional;
      return [
        found(isRequired ? 'major' : 'minor', where, `${name} is new${isRequired ? ' and required' : ''}`),
      ];
    }
    const why = judge(old, now);
    if (why !== undefined) return [found('major', where, `${name} ${why}`)];
    return old.type === now.type && old.isOptional === now.isOptional
      ? []
      : [found('minor', where, `${name}: ${old.type} → ${now.type}`)];
  });
}

/** An argument may take more than before. */
function argumentChange(before: Members[string], after: Members[string]): string | undefined {
  if (before.isOptional && !after.isOptional) return 'is required now';
  const takes = alternatives(after.type);
  const isWider = [before.type, `Input<${before.type}>`].some((type) => takes.includes(type));
  return before.type === after.type || isWider ? undefined : `was ${before.type} and is ${after.type}`;
}

/** An output may promise more than before. */
function outputChange(before: Members[string], after: Members[string]): string | undefined {
  const could = alternatives(before.type);
  if (before.type === after.type || could.includes(after.type)) return undefined;
  return hasMoreParameters(before.type, after.type) ? undefined : `was ${before.type} and is ${after.type}`;
}

function alternatives(type: string): string[] {
  return type.split(' | ');
}

/** Whether a method takes what it took, and further parameters only if it gets them. */
function hasMoreParameters(before: string, after: string): boolean {
  const [, old, oldResult] = /^\((.*)\): (.*)$/.exec(before) ?? [];
  const [, now, nowResult] = /^\((.*)\): (.*)$/.exec(after) ?? [];
  if (old === undefined || now === undefined || oldResult !== nowResult || !now.startsWith(old)) return false;
  return now
    .slice(old.length)
    .split(', ')
    .every((one) => one === '' || /^\w+\?:|=/.test(one));
}

function found(level: Level, where: string, what: string): Finding {
  return { level, where, what };
}
