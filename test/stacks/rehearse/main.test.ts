import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { parse } from 'yaml';
import { bareEnvironment } from '../../../local/bare-environment.ts';
import { projectDirectory } from '../../../stacks/plan/configuration.ts';
import { together } from '../../support/together.ts';
import { until } from '../../support/until.ts';
import { outputs, script } from './answers.ts';
import { callsIn, install } from './install.ts';
import type { Script } from './script.ts';

interface Report {
  steps: { step: string; changes: Record<string, number>; problems: string[] }[];
  left: string[] | null;
}

const directories: string[] = [];
const program = join(projectDirectory, 'stacks/rehearse/main.ts');
const secrets = {
  AWS_PROFILE: 'mine',
  AWS_SESSION_TOKEN: 'mine',
  PULUMI_ACCESS_TOKEN: 'mine',
  PULUMI_STACK: 'prod',
  HTTPS_PROXY: 'http://proxy.example',
};

describe('npm run rehearse', function () {
  this.timeout(120_000);
  const test = together(2);
  after(() => {
    for (const directory of directories) rmSync(directory, { recursive: true });
  });

  test('brings a stack up, previews, changes and destroys it, in a project and state of its own', async () => {
    const { code, output, calls } = await rehearsal('dev', script());
    expect(code).to.equal(0);
    expect(calls.map(({ args }) => args.join(' '))).to.deep.equal([
      'version --non-interactive',
      'stack init dev --non-interactive',
      'up --yes --skip-preview --json --stack dev --non-interactive',
      'preview --json --stack dev --non-interactive',
      'config set logs.retentionDays 14 --stack dev --non-interactive',
      'up --yes --skip-preview --json --stack dev --non-interactive',
      'destroy --yes --skip-preview --json --stack dev --non-interactive',
    ]);
    expect(output)
      .to.match(/good: up, \d+ s, 179 create/)
      .and.match(/up: 25 resources/)
      .and.match(/left: 1\n/);
    const [, ...own] = calls;
    const places = own.map(({ cwd, variables }) => [cwd, variables.PULUMI_BACKEND_URL]);
    expect(new Set(places.map((place) => place.join(' '))).size).to.equal(1);
    expect(places[0]?.[1]).to.equal(`file://${places[0]?.[0]}/state`);
    expect(existsSync(places[0]?.[0] as string), 'nothing is kept').to.equal(false);
    for (const { variables } of own) {
      expect(Object.values(variables)).not.to.include('mine');
      expect(variables).not.to.have.any.keys('PULUMI_STACK', 'HTTPS_PROXY');
      expect(variables).to.include({
        AWS_ACCESS_KEY_ID: 'rehearsal',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      });
      expect(variables.PULUMI_HOME, 'its plugins are there').to.equal('/plugins');
      expect(variables.PULUMI_CONFIG_PASSPHRASE).to.match(/^[0-9a-f]{32}$/);
    }
    const stackFile = parse(calls[2]?.stackFile ?? '').config;
    expect(stackFile['trellis:image.digest']).to.match(/^rehearsal\.invalid\/app@sha256:0{64}$/);
    const [endpoints] = JSON.parse(stackFile['aws:endpoints']);
    expect(endpoints)
      .to.include.keys('ecs', 'ec2', 's3', 'sts', 'eventbridge')
      .and.not.include.keys('lb', 'vpc');
    expect(new Set(Object.values(endpoints)).size).to.equal(1);
  });

  test('ends what has begun when it is interrupted, and says how to destroy it', async () => {
    const { code, output, calls } = await rehearsal(
      'dev',
      { ...script(), up: [{ lines: [outputs], waits: true }] },
      { interruptAt: 'up' },
    );
    expect(code).to.equal(130);
    expect(calls.at(-1)?.args[0]).to.equal('up');
    const kept = /npm run rehearse -- --destroy (\S+) --endpoint http/.exec(output)?.[1] as string;
    const later = await rehearsal('dev', { ...script(), destroy: [{}] }, { kept });
    expect(later.code).to.equal(0);
    expect(later.calls.map(({ args: [name] }) => name)).to.deep.equal(['version', 'destroy']);
    const [, destroyed] = later.calls;
    const interrupted = calls.at(-1);
    expect(destroyed?.cwd).to.equal(interrupted?.cwd);
    for (const name of ['PULUMI_BACKEND_URL', 'PULUMI_CONFIG_PASSPHRASE'])
      expect(destroyed?.variables[name]).to.equal(interrupted?.variables[name]);
    expect(destroyed?.stackFile, 'the same address').to.equal(interrupted?.stackFile);
    expect(existsSync(kept)).to.equal(false);
  });

  test('says that there is no Pulumi CLI, no emulator, or none on this machine', async () => {
    const far = await rehearsal('dev', script(), { endpoint: 'https://ecs.us-east-1.amazonaws.com' });
    expect([far.code, far.calls]).to.deep.equal([2, []]);
    expect(far.errors).to.match(/^--endpoint must be the origin of an emulator on this machine, not "https:/);
    const without = await rehearsal('dev', undefined);
    expect(without.code).to.equal(5);
    expect(without.errors).to.match(/^there is no Pulumi CLI on the PATH/);
    const silent = await rehearsal('dev', script(), { endpoint: 'http://127.0.0.1:9' });
    expect(silent.code).to.equal(1);
    expect(silent.errors).to.match(/^nothing answers at http:\/\/127\.0\.0\.1:9/);
  });
});

interface How {
  endpoint?: string;
  /** ARNs that the emulator has at the end. */
  left?: string[];
  /** The project of an earlier rehearsal, for `--destroy`. */
  kept?: string;
  /** The command at which it gets SIGINT. */
  interruptAt?: string;
}

/** Runs the command with a stand-in for the CLI on the PATH (none without a script) against a stand-in for an emulator. */
async function rehearsal(stack: string, answers: Script | undefined, ...options: (How | '--json')[]) {
  const how = options.find((option) => option !== '--json') ?? {};
  const directory = mkdtempSync(join(tmpdir(), 'fake-pulumi-'));
  directories.push(directory);
  const emulator = await emulate(how.left ?? ['arn:aws:kms:us-east-1:123456789012:key/1']);
  if (answers !== undefined) install(directory, answers);
  const which = how.kept === undefined ? ['--stack', stack] : ['--destroy', how.kept];
  const args = [...which, '--endpoint', how.endpoint ?? emulator.url];
  const child = spawn(
    process.execPath,
    [program, ...args, ...(options.includes('--json') ? ['--json'] : [])],
    {
      cwd: projectDirectory,
      env: {
        ...bareEnvironment(),
        PATH: directory,
        PULUMI_HOME: '/plugins',
        HOME: directory,
        TMPDIR: directory,
        ...secrets,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const { interruptAt } = how;
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (interruptAt !== undefined) {
    // Before the CLI is called there is nothing to end.
    await until(async () => callsIn(directory).some(({ args: [name] }) => name === interruptAt));
    child.kill('SIGINT');
  }
  const [output, errors, [code]] = await ended;
  emulator.close();
  const report = (output.startsWith('{') ? JSON.parse(output) : { steps: [], left: null }) as Report;
  return { code, output, errors, calls: callsIn(directory), report };
}

/** An emulator that has these resources of the stack, on two pages. */
async function emulate(arns: readonly string[]): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const { PaginationToken } = JSON.parse((await text(request)) || '{}');
    const page = PaginationToken === undefined ? [] : arns;
    const ResourceTagMappingList = page.map((ResourceARN) => ({ ResourceARN }));
    response.end(
      JSON.stringify({ ResourceTagMappingList, PaginationToken: PaginationToken === undefined ? '2' : '' }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
