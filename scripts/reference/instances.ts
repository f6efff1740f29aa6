import { monthlyCost } from '../../stacks/plan/cost.ts';
import type { EvaluatedResource, Plan } from '../../stacks/plan/evaluate.ts';
import { type Inputs, statementsOf } from '../../stacks/policy/rule.ts';

/** What a plan shows of one use of a component. */
interface Instance {
  readonly where: string;
  readonly name: string;
  /** What it consists of. A component within is one of them, and what is in that is not. */
  readonly children: readonly EvaluatedResource[];
  readonly usd: number;
  readonly lines: readonly string[];
}

/** What evaluated programs tell of a component. */
export interface Evaluated {
  /** By type: names, in which `<name>` is the component's. */
  readonly children: readonly [type: string, names: readonly string[]][];
  /** By role or policy: the actions that it allows. */
  readonly permissions: readonly [name: string, actions: readonly string[]][];
  /** Who may connect. */
  readonly openings: readonly string[];
  /** Whether it has a security group, which could let someone in. */
  readonly mayBeOpen: boolean;
  readonly costs: readonly { where: string; usd: number; lines: readonly string[] }[];
}

/** @param plans by what they are a plan of */
export function evaluatedOf(plans: ReadonlyMap<string, Plan>, component: string): Evaluated {
  const instances = [...plans].flatMap(([where, plan]) => instancesOf(where, plan, component));
  const children = instances.flatMap(({ name, children: own }) =>
    own.map((child) => ({ ...child, name: relative(name, child.name) })),
  );
  return {
    children: grouped(children.map(({ type, name }) => [type, name])),
    permissions: grouped(children.flatMap(permissionsOf)),
    openings: [...new Set(children.flatMap(openingOf))].sort(),
    mayBeOpen: children.some(({ type }) => type === 'aws:ec2/securityGroup:SecurityGroup'),
    costs: distinct(instances.map(({ where, usd, lines }) => ({ where, usd, lines }))),
  };
}

function instancesOf(where: string, { resources }: Plan, component: string): Instance[] {
  const byParent = Map.groupBy(resources, ({ parentUrn }) => parentUrn);
  const below = (urn: string, isWhole: boolean): EvaluatedResource[] =>
    (byParent.get(urn) ?? []).flatMap((child) => {
      const isInner = child.type.startsWith('trellis:');
      return [child, ...(isWhole || !isInner ? below(child.urn, isWhole) : [])];
    });
  return resources
    .filter(({ type }) => type === `trellis:index:${component}`)
    .map(({ urn, name }) => {
      const { total, lines } = monthlyCost(below(urn, true));
      return {
        where,
        name,
        children: below(urn, false),
        usd: total,
        lines: lines.map((line) => `${line.what} ${line.usd.toFixed(2)}`),
      };
    });
}

/** An instance's name stands for itself; a hash of content, and a zone, differ from place to place. */
function relative(instance: string, name: string): string {
  const own = name === instance || name.startsWith(`${instance}-`);
  return (own ? `<name>${name.slice(instance.length)}` : name).replace(/^[0-9a-f]{40}$/, '<hash>');
}

function permissionsOf({ type, name, inputs }: EvaluatedResource): [string, string][] {
  if (!/^aws:iam\/(rolePolicy:RolePolicy|policy:Policy)$/.test(type)) return [];
  const allowed = statementsOf(inputs.policy).filter(({ Effect }) => Effect === 'Allow');
  return allowed.flatMap(({ Action }) => Action).map((action) => [name, action]);
}

function openingOf({ type, name, inputs }: EvaluatedResource): string[] {
  if (type !== 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule') return [];
  const { cidrIpv4, prefixListId, fromPort } = inputs as Inputs;
  const from = cidrIpv4 ?? (prefixListId === undefined ? 'another security group' : 'a prefix list');
  return [`\`${name}\`: TCP ${fromPort} from ${from}`];
}

/** A stack may have nine of one kind that cost the same. */
function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function grouped(pairs: readonly (readonly [string, string])[]): [string, string[]][] {
  return [...Map.groupBy(pairs, ([key]) => key)]
    .map(([key, group]): [string, string[]] => [key, [...new Set(group.map(([, value]) => value))].sort()])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
