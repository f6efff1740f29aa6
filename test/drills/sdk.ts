import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { runCommand } from '../../scripts/command.ts';

/** Of January 2024: it asks for the engine's features one by one, and knows no transforms. */
const sdk = '@pulumi/pulumi@3.100.0';

await runCommand({
  name: 'npm run drill:sdk',
  help: `-- [options]   plans a program of an older Pulumi SDK, which npm fetches, and foresees a change of it

  --help

Exit codes: 0 foreseen, 1 not, 2 called wrongly.`,
  options: {},
  run: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'trellis-sdk-'));
    try {
      cpSync(fileURLToPath(new URL('older-sdk', import.meta.url)), directory, { recursive: true });
      execFileSync('npm', ['install', sdk, '--no-audit', '--no-fund'], { cwd: directory, stdio: 'ignore' });
      await foresee(directory);
      console.log(`a program of ${sdk} is planned, and its change foreseen`);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
});

async function foresee(directory: string): Promise<void> {
  const [{ evaluateProgram }, { simulatedCloud }, { Engine }, { livingOf }, { changesOf }] =
    await Promise.all([
      import('../../stacks/evaluate/program.ts'),
      import('../../stacks/plan/cloud.ts'),
      import('../../stacks/changes/engine.ts'),
      import('../../stacks/changes/living.ts'),
      import('../../stacks/changes/changes.ts'),
    ]);
  const target = (name: string) => ({
    project: 'older',
    stack: 'test',
    config: { 'older:name': name },
    secretKeys: [],
  });
  const program = { directory, typescript: false };
  const before = await evaluateProgram(program, target('example.com'), simulatedCloud('us-east-1'));
  expect(before.resources.map(({ urn }) => urn)).to.deep.equal([
    'urn:pulumi:test::older::aws:route53/zone:Zone::zone',
  ]);
  const engine = new Engine(livingOf(before), 'us-east-1');
  await evaluateProgram(program, target('example.org'), engine);
  const { changes } = changesOf(engine.finish());
  expect(changes.map(({ action, name, because }) => `${action} ${name}: ${because[0]}`)).to.deep.equal([
    'may replace zone: name: example.com → example.org',
  ]);
}
