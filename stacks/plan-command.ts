import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, evaluating, exitCodes, Misuse } from '../scripts/command.ts';
import { overBudget } from './plan/budget.ts';
import type { Plan } from './plan/evaluate.ts';
import type { Program } from './plan/program.ts';

const options = {
  stack: { type: 'string' },
  program: { type: 'string' },
  config: { type: 'string', multiple: true },
  changes: { type: 'boolean' },
  from: { type: 'string' },
  budget: { type: 'string' },
  html: { type: 'string' },
  markdown: { type: 'boolean' },
  picture: { type: 'boolean' },
  settings: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** `npm run plan`. */
export const planCommand: Command<typeof options> = {
  name: 'npm run plan',
  help: `-- --stack <name> [options]

What a stack consists of, what it costs at rest and which policy rules it breaks, by evaluating the program with the
stack's own configuration; needs neither credentials nor the Pulumi CLI, and changes nothing.

  --stack <name>        the stack; reads Pulumi.<name>.yaml
  --program <directory> the stack of another Pulumi program for Node, which that directory's Pulumi.yaml describes; its
                        stack may lack a file
  --config <key=value>  set a key as \`pulumi config set\` would; may be repeated
  --changes             what --config does to the stack as its file says: what is updated, replaced, deleted, what
                        callers notice, and why AWS or Pulumi would refuse it
  --from <file|commit>  with --changes: what lives, instead of the stack as its file says: what \`pulumi stack export\`
                        wrote, or the program and the stack file of a commit
  --budget <USD>        fail when a month at rest costs more
  --html <file>         write a page with the picture, cost, findings and changes; it opens without network
  --markdown            the changes, as a pull request shows them
  --picture             its components and which needs which, as a Mermaid flowchart
  --settings            every setting of a stack, as a table, instead of a plan
  --json                as JSON: {stack, resources: [{type, name, parent, inputs}], outputs, cost, findings, quotas, kept};
                        with --changes
                        {changes: [{type, name, action, because, effect, duration}], conflicts: [{identity, resources, why}]}
  --help                this text

Secrets appear as [secret], values that AWS decides as names and ARNs of the placeholder account 123456789012 or as
[unknown].
Exit codes: 0 evaluated, 1 the configuration has problems, 2 called wrongly, 3 over the budget, 4 the change cannot go.`,
  options,
  run: async ({ program, stack, config, changes, from, budget, html, markdown, picture, settings, json }) => {
    exclude({ '--settings': settings, '--program': program !== undefined });
    exclude({ '--settings': settings, '--picture': picture, '--json': json, '--markdown': markdown });
    exclude({ '--settings': settings, '--picture': picture, '--changes': changes });
    for (const [option, isGiven] of Object.entries({
      '--from': from !== undefined,
      '--markdown': markdown,
    })) {
      if (isGiven && !changes) throw new Misuse(`${option} goes with --changes`);
    }
    if (stack === undefined && !settings) throw new Misuse('which stack? --stack <name>');
    const limit = budget === undefined ? Number.POSITIVE_INFINITY : Number(budget);
    if (Number.isNaN(limit)) throw new Misuse(`--budget must be an amount of USD, not "${budget}"`);
    return evaluating(async () => {
      if (settings || stack === undefined) {
        return say((await import('./plan/settings-table.ts')).settingsTable());
      }
      const planned = await programOf(program);
      if (!changes) {
        const plan = await (await import('./plan/program.ts')).planStack(planned, stack, config);
        say(await planText(plan, { picture, json }));
        if (html !== undefined) await (await import('./page/page.ts')).writePage(asTyped(html), plan);
        return overBudget(plan, limit) ? exitCodes.overBudget : exitCodes.done;
      }
      const [{ foresee }, { changesJson, changesMarkdown, changesText }] = await Promise.all([
        import('./changes/foresee.ts'),
        import('./changes/print.ts'),
      ]);
      const foreseen = await foresee(stack, config, fileOrCommit(from), planned);
      say((json ? changesJson : markdown ? changesMarkdown : changesText)(foreseen));
      if (html !== undefined) {
        await (await import('./page/page.ts')).writePage(asTyped(html), foreseen.plan, foreseen);
      }
      const isOver = overBudget(foreseen.plan, limit);
      if (foreseen.conflicts.length > 0) return exitCodes.conflict;
      return isOver ? exitCodes.overBudget : exitCodes.done;
    });
  },
};

async function programOf(directory: string | undefined): Promise<Program> {
  const { ownProgram, programIn } = await import('./plan/program.ts');
  return directory === undefined ? ownProgram : programIn(asTyped(directory));
}

function fileOrCommit(from: string | undefined): string | undefined {
  return from !== undefined && existsSync(asTyped(from)) ? asTyped(from) : from;
}

/** npm runs a command in the project's directory; a path is meant from where it was typed. */
function asTyped(path: string): string {
  return resolve(process.env.INIT_CWD ?? '.', path);
}

async function planText(plan: Plan, as: { picture?: boolean; json?: boolean }): Promise<string> {
  if (as.picture) return (await import('./plan/picture.ts')).toPicture(plan);
  const { toJson, toText } = await import('./plan/print.ts');
  return as.json ? toJson(plan) : toText(plan);
}

function say(text: string): number {
  console.log(text.trimEnd());
  return exitCodes.done;
}

function exclude(options: Record<string, boolean | undefined>): void {
  const given = Object.entries(options).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
  if (given.length > 1) throw new Misuse(`${given.join(' and ')} exclude each other`);
}
