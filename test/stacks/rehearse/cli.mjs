/**
 * A stand-in for the Pulumi CLI, which main.test.ts puts on the PATH as `pulumi`. It writes down how it was called, and
 * answers as the CLI does with `--json` (https://github.com/pulumi/pulumi/blob/master/pkg/display/json.go and
 * sdk/go/common/apitype/events.go there). What happens is said by FAKE_PULUMI, in the directory that it names: a rule for
 * each command, by its first word (script.ts). It is JavaScript, which starts in a third of the time: it starts for each command of
 * each rehearsal.
 */
import { appendFileSync, existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = process.env.FAKE_PULUMI;
const args = process.argv.slice(2);
const log = join(directory, 'calls.jsonl');
const before = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
const variables = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => /^(AWS|PULUMI|HTTPS?_PROXY)/.test(name)),
);
const [file] = globSync('Pulumi.*.yaml');
const stackFile = file === undefined ? undefined : readFileSync(file, 'utf8');
appendFileSync(log, `${JSON.stringify({ args, cwd: process.cwd(), variables, stackFile })}\n`);

const rules = JSON.parse(readFileSync(join(directory, 'script.json'), 'utf8'))[args[0] ?? ''] ?? [{}];
const times = before.filter((line) => JSON.parse(line).args[0] === args[0]).length;
const { code = 0, lines = [], waits = false } = rules[Math.min(times, rules.length - 1)] ?? {};
for (const line of lines) console.log(typeof line === 'string' ? line : JSON.stringify(line));
if (waits) {
  process.on('SIGINT', () => process.exit(255));
  // Keeps the process until then.
  setInterval(() => undefined, 60_000);
} else process.exitCode = code;
