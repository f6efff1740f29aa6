import { readConfiguration } from '../../stacks/plan/configuration.ts';
import { readSettings, type SettingKey } from '../../stacks/settings/index.ts';
import { effects } from './effects.ts';

/** A stack with the other values of several settings. */
export interface Group {
  readonly stack: string;
  readonly overrides: readonly string[];
}

/** Settings of which one takes away what the other would change, though a stack takes both. */
const hidden: readonly (readonly [SettingKey, SettingKey])[] = [
  ['site.webAcl', 'site.requestsPerFiveMinutes'],
  ['site.certificateArn', 'site.hostedZoneId'],
  ['service.exposure', 'service.throttleRate'],
  ['service.exposure', 'service.throttleBurst'],
  ['network.egress', 'network.zoneNames'],
];

/** The other values of all settings in as few configurations as their rules allow. */
export function fewestGroups(): Group[] {
  const groups: Group[] = [];
  for (const [stack, overrides] of Object.values(effects)) {
    const at = groups.findIndex((group) => group.stack === stack && takes(group, overrides));
    if (at === -1) groups.push({ stack, overrides });
    else groups[at] = together(groups[at] as Group, overrides);
  }
  return groups;
}

/** So many configurations of a stack. */
const sizes = { dev: 10, prod: 8 } as const;

/**
 * The other values of all settings in so few configurations that no two settings stand in the same ones: what is different in
 * just those in which a setting has its other value, that setting makes.
 */
export function tellingGroups(): Group[] {
  return (Object.keys(sizes) as (keyof typeof sizes)[]).flatMap((stack) => {
    const count = sizes[stack];
    const groups: Group[] = Array.from({ length: count }, () => ({ stack, overrides: [] }));
    const codes = [2, 1, 3].flatMap((many) => choices(count, many));
    const values = Object.values(effects).filter(([of]) => of === stack);
    const distinct = new Map(values.map(([, overrides]) => [JSON.stringify(overrides), overrides]));
    // Those with most rules choose first.
    for (const overrides of [...distinct.values()].sort((one, other) => other.length - one.length)) {
      const at = codes.findIndex((code) => code.every((index) => takes(groups[index] as Group, overrides)));
      const [code] = codes.splice(at, 1);
      if (at === -1 || code === undefined)
        throw new Error(`no configurations are left for ${overrides.join(' ')}`);
      for (const index of code) groups[index] = together(groups[index] as Group, overrides);
    }
    return groups;
  });
}

/** All ways to choose so many of the first whole numbers. */
function choices(of: number, many: number): number[][] {
  if (many === 0) return [[]];
  return Array.from({ length: of }, (_, last) => last).flatMap((last) =>
    choices(last, many - 1).map((others) => [...others, last]),
  );
}

function together({ stack, overrides }: Group, others: readonly string[]): Group {
  return { stack, overrides: [...new Set([...overrides, ...others])] };
}

/** Whether the settings take all of them, none says twice what a setting is, and none hides another. */
function takes(group: Group, others: readonly string[]): boolean {
  const { stack, overrides } = together(group, others);
  const names = overrides.map((override) => override.slice(0, override.indexOf('=')));
  if (new Set(names).size < names.length) return false;
  if (hidden.some((pair) => pair.every((key) => names.includes(key)))) return false;
  const { project, config } = readConfiguration(stack, [...overrides]);
  try {
    readSettings(project, config);
    return true;
  } catch {
    return false;
  }
}
