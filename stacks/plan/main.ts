import { Misuse, runCommand } from '../../scripts/command.ts';

await runCommand({
  name: 'npm run plan',
  help: `-- --stack <name> [options]

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
Exit codes: 0 evaluated, 1 the configuration has problems, 2 called wrongly.`,
  options: {
    stack: { type: 'string' },
    config: { type: 'string', multiple: true },
    diff: { type: 'string' },
    picture: { type: 'boolean' },
    settings: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: async ({ stack, config, diff, picture, settings, json }) => {
    const forms = {
      '--settings': settings,
      '--picture': picture,
      '--diff': diff !== undefined,
      '--json': json,
    };
    const asked = Object.entries(forms).flatMap(([name, isAsked]) => (isAsked ? [name] : []));
    if (asked.length > 1) throw new Misuse(`${asked.join(' and ')} exclude each other`);
    if (stack === undefined && !settings) throw new Misuse('which stack? --stack <name>');
    // Pulumi's runtime rejects promises of its own when the program throws; the first one has the reason.
    const failed = new Promise<never>((_, reject) => process.on('unhandledRejection', reject));
    const text = async () => {
      if (settings || stack === undefined) return (await import('./settings-table.ts')).settingsTable();
      const [{ evaluate }, { toPicture }, { toDifference, toJson, toText }] = await Promise.all([
        import('./evaluate.ts'),
        import('./picture.ts'),
        import('./print.ts'),
      ]);
      const plan = await evaluate(stack, config);
      if (picture) return toPicture(plan);
      if (diff !== undefined) return toDifference(await evaluate(diff), plan);
      return json ? toJson(plan) : toText(plan);
    };
    console.log((await Promise.race([text(), failed])).trimEnd());
  },
});
