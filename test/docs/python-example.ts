import { argumentsOf, nameProblems, type Schema } from '../components/schema.ts';

/** What is wrong with a Pulumi program in Python, as far as names tell: of components, arguments and outputs. It reads
 * calls with keyword arguments, no more of the language. */
export function pythonProblems(schema: Schema, text: string): string[] {
  const problems: string[] = [];
  const tokens = text.match(/"[^"]*"|[A-Za-z_][\w.]*|[^\s\w]/g) ?? [];
  /** The component or type whose call each open bracket belongs to; undefined for lists, maps and other calls. */
  const open: ({ name: string; keywords: string[] } | undefined)[] = [];
  const components = new Map<string, string>();

  tokens.forEach((token, index) => {
    if (['(', '[', '{'].includes(token)) {
      const [, name] = /^trellis\.(\w+)$/.exec(tokens[index - 1] ?? '') ?? [];
      open.push(token === '(' && name !== undefined ? { name, keywords: [] } : undefined);
      const [variable, assigns] = tokens.slice(index - 3, index - 1);
      if (name !== undefined && assigns === '=' && open.length === 1) components.set(variable ?? '', name);
    } else if ([')', ']', '}'].includes(token)) {
      const call = open.pop();
      if (call === undefined) return;
      const type = argumentsOf(schema, call.name);
      problems.push(...nameProblems(call.name, type, call.keywords.map(camelCase)));
    } else if (tokens[index + 1] === '=') {
      open.at(-1)?.keywords.push(token);
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

/** Pulumi's Python SDKs write `vpc_id` for `vpcId`. */
function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
