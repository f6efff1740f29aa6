import { runCommand } from '../../scripts/command.ts';

await runCommand({
  name: 'npm run drill:schemas',
  help: `-- [options]   holds every resource of both stacks to AWS's own schemas

  --help

Prints by type how many inputs AWS's schema has checked, and which ones it does not have, and why.
Exit codes: 0 no breach, 1 one or more, 2 called wrongly.`,
  options: {},
  run: async () => {
    const { allPlans, coverageOf } = await import('../stacks/schemas/coverage.ts');
    const { awsTypes, withoutSchema } = await import('../stacks/schemas/types.ts');
    const { types, breaches } = await coverageOf(await allPlans());
    for (const [type, { resources, checked, unmapped }] of [...types].sort()) {
      console.log(`${type}: ${resources} resources, ${checked.size} inputs checked, ${unmapped.size} not`);
      for (const path of unmapped) console.log(`    ${path}: ${awsTypes[type]?.without?.[path]}`);
    }
    for (const [type, why] of Object.entries(withoutSchema)) console.log(`${type}: no schema; ${why}`);
    for (const breach of breaches) console.log(`! ${breach}`);
    return breaches.size === 0 ? 0 : 1;
  },
});
