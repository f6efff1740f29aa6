import { inspect, parseArgs } from 'node:util';
import { evaluate } from './evaluate.ts';
import { toPicture } from './picture.ts';
import { toDifference, toJson, toText } from './print.ts';
import { settingsTable } from './settings-table.ts';

const help = `npm run plan -- --stack <name> [options]

What a stack consists of, what it costs at rest and which policy rules it breaks, by evaluating the program with the
stack's own configuration; needs neither credentials nor the Pulumi CLI, and changes nothing.

  --stack <name>        the stack; reads Pulumi.<name>.yaml
  --config <key=value>  set a key as \`pulumi config set\` would; may be repeated
  --diff <name>         what the stack has that this other one has not, and the other way round
  --picture             its components and which needs which, as a Mermaid flowchart
  --settings            every setting of a stack, as a table, instead of a plan
  --json                as JSON: {stack, resources: [{type, name, parent, inputs}], outputs, cost, findings}
  --help                this text

Secrets appear as [secret], values that AWS decides as names and ARNs of the placeholder account 123456789012 or as
[unknown].
`;

const options = {
  stack: { type: 'string' },
  config: { type: 'string', multiple: true },
  diff: { type: 'string' },
  picture: { type: 'boolean' },
  settings: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function main(): Promise<string> {
  const { values } = parseArgs({ options });
  if (values.help) return help;
  if (values.settings) return settingsTable();
  if (values.stack === undefined) throw new Error(`which stack?\n\n${help}`);
  const plan = await evaluate(values.stack, values.config);
  if (values.picture) return toPicture(plan);
  if (values.diff === undefined) return values.json ? toJson(plan) : toText(plan);
  if (values.json) throw new Error('--json and --diff exclude each other');
  return toDifference(await evaluate(values.diff), plan);
}

let failed = false;

function fail(error: unknown): void {
  process.exitCode = 1;
  if (failed) return;
  failed = true;
  // Whoever misspelt a key wants to read the problem, not where in the program it was found.
  const text = error instanceof Error && process.env.DEBUG === undefined ? error.message : inspect(error);
  process.stderr.write(`${text}\n`);
}

// Pulumi's runtime rejects promises of its own when the program throws.
process.on('unhandledRejection', fail);
await main().then((text) => process.stdout.write(`${text.trimEnd()}\n`), fail);
