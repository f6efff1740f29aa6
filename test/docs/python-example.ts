import { argumentsOf, nameProblems, type Property, type Schema, typeName } from '../components/schema.ts';

/** An open bracket: of a component's call, of a dictionary, or of anything else. */
interface Open {
  /** The component or type that the names belong to; undefined where names are free. */
  name?: string;
  given: string[];
  /** What the next value is to be. */
  expected?: Property | undefined;
}

/** What is wrong with a Pulumi program in Python, as far as names tell: of components, arguments and outputs. It reads
 * calls with keyword arguments, dictionaries and lists, no more of the language. */
export function pythonProblems(schema: Schema, text: string): string[] {
  const problems: string[] = [];
  const tokens = text.match(/"[^"]*"|[A-Za-z_][\w.]*|[^\s\w]/g) ?? [];
  const open: Open[] = [];
  const components = new Map<string, string>();
  const propertiesOf = (name: string) => argumentsOf(schema, name)?.properties ?? {};
  const isComponent = (name: string) => `trellis:index:${name}` in schema.resources;

  const name = (given: string) => {
    const inner = open.at(-1);
    if (inner?.name === undefined) return;
    inner.given.push(camelCase(given));
    inner.expected = propertiesOf(inner.name)[camelCase(given)];
  };

  const opened = (index: number): Open => {
    const expected = open.at(-1)?.expected;
    if (tokens[index] === '[') return { given: [], expected: expected?.items };
    if (tokens[index] === '{') {
      const type = expected === undefined ? undefined : typeName(expected);
      return { given: [], ...(type === undefined ? {} : { name: type }) };
    }
    const [, called] = /^trellis\.(\w+)$/.exec(tokens[index - 1] ?? '') ?? [];
    if (called === undefined) return { given: [] };
    // The SDK has other names for types: it adds "Args" to that of the schema. Programs give dictionaries.
    if (!isComponent(called)) problems.push(`${called}: no such component`);
    const [variable = '', assigns] = tokens.slice(index - 3, index - 1);
    if (assigns === '=' && open.length === 0) components.set(variable, called);
    return { given: [], ...(isComponent(called) ? { name: called } : {}) };
  };

  tokens.forEach((token, index) => {
    if (['(', '[', '{'].includes(token)) {
      open.push(opened(index));
    } else if ([')', ']', '}'].includes(token)) {
      const closed = open.pop();
      if (closed?.name === undefined) return;
      problems.push(...nameProblems(closed.name, argumentsOf(schema, closed.name), closed.given));
    } else if (tokens[index + 1] === '=') {
      name(token);
    } else if (token.startsWith('"') && tokens[index + 1] === ':') {
      name(token.slice(1, -1));
    } else {
      const [, variable = '', output] = /^(\w+)\.(\w+)$/.exec(token) ?? [];
      const component = components.get(variable);
      if (component === undefined || output === undefined) return;
      const outputs = schema.resources[`trellis:index:${component}`]?.properties ?? {};
      if (!(camelCase(output) in outputs)) problems.push(`${component} has no output ${output}`);
    }
  });
  return problems;
}

/** Pulumi's Python SDKs write `vpc_id` for `vpcId`, and know no `vpcId`. */
function camelCase(name: string): string {
  if (/[A-Z]/.test(name)) return JSON.stringify(name);
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
