import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { containerPort, environment } from '../../contract/environment.ts';
import { tableNames, tableVariable } from '../../contract/tables.ts';
import { execForm, type Instruction, inImage, parseDockerfile } from '../support/dockerfile.ts';
import { freePort } from '../support/free-port.ts';
import { layOut, productionPackages, root } from '../support/image.ts';
import { ingestEnvironment } from '../support/service.ts';

let instructions: Instruction[];

before(async () => {
  instructions = parseDockerfile(await readFile(join(root, 'app/Dockerfile'), 'utf8'));
});

describe('the Dockerfile', () => {
  it('builds on Node 24 by tag, the final stage last', () => {
    const bases = instructions.filter(({ keyword }) => keyword === 'FROM').map(({ text }) => text);
    expect(bases).to.deep.equal([
      '--platform=$BUILDPLATFORM node:24-alpine AS dependencies',
      'node:24-alpine',
    ]);
  });

  it('runs as an unprivileged user, by number', () => {
    expect(inImage(instructions, 'USER')).to.deep.equal(['1000:1000']);
    const order = instructions.map(({ keyword }) => keyword);
    expect(order.lastIndexOf('USER')).to.be.greaterThan(order.lastIndexOf('RUN'));
  });

  it('starts without a shell, so that the process gets its signals', () => {
    expect(execForm(inImage(instructions, 'CMD').join())).to.deep.equal(['node', 'app/server.ts']);
    expect(inImage(instructions, 'ENTRYPOINT')).to.deep.equal([]);
  });

  it('leaves /tmp writable and listens where the contract says', () => {
    expect(inImage(instructions, 'VOLUME').flatMap(execForm)).to.deep.equal(['/tmp']);
    expect(variables()).to.deep.equal({
      NODE_ENV: 'production',
      [environment.host]: '0.0.0.0',
      [environment.port]: String(containerPort),
    });
    expect(inImage(instructions, 'EXPOSE')).to.deep.equal([String(containerPort)]);
  });

  it('installs what production needs, by lockfile and without install scripts; git for the jobs', () => {
    const runs = instructions.filter(({ keyword }) => keyword === 'RUN').map(({ text }) => text);
    expect(runs[0]).to.match(/^npm ci --omit=dev --omit=optional --ignore-scripts /);
    expect(runs[1]).to.contain('apk add --no-cache git');
    expect(runs.join()).not.to.contain('curl');
  });

  it('sees nothing of the repository but what is allowed into the build', async () => {
    const lines = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n');
    const rules = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).to.equal('*');
    const allowed = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
    const copied = instructions
      .filter(({ keyword, text }) => keyword === 'COPY' && !text.startsWith('--from='))
      .flatMap(({ text }) => text.split(' ').slice(0, -1));
    expect(allowed.sort()).to.deep.equal([...new Set(copied)].sort());
  });
});

describe('what the image contains', () => {
  let directory: string;
  let service: ChildProcess | undefined;
  let port: number;

  before(async function () {
    this.timeout(60_000);
    directory = await mkdtemp(join(tmpdir(), 'trellis-image-'));
    await layOut(instructions, directory);
    port = await freePort();
  });

  after(async () => {
    service?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  it('is the service, the jobs, what they share and the packages of production alone', async () => {
    expect((await readdir(directory)).sort()).to.deep.equal([
      'app',
      'contract',
      'data',
      'jobs',
      'node_modules',
      'package.json',
    ]);
    const packages = await productionPackages();
    expect(packages).to.include('node_modules/fastify').and.not.to.include('node_modules/@pulumi/pulumi');
    const installed = await readdir(join(directory, 'node_modules'));
    for (const tool of ['@pulumi', 'mocha', 'typescript']) expect(installed).not.to.include(tool);
  });

  it('serves by its own command, reading nothing outside and writing nothing', async () => {
    const before = await files(directory);
    service = start(execForm(inImage(instructions, 'CMD').join()));
    expect(await livez(service)).to.equal(200);
    expect(await files(directory)).to.deep.equal(before);
  });

  it('is found healthy by its health check', async () => {
    expect(await exitCode(start(execForm(inImage(instructions, 'HEALTHCHECK').join())))).to.equal(0);
  });

  it('stops on SIGTERM, and is then found unhealthy', async () => {
    service?.kill('SIGTERM');
    expect(await exitCode(service as ChildProcess)).to.equal(0);
    expect(await exitCode(start(execForm(inImage(instructions, 'HEALTHCHECK').join())))).to.equal(1);
  });

  /** Runs a command as the container would: its environment, its directory, and by Node's permission model no file
   * but its own. */
  function start([program = '', ...args]: string[]): ChildProcess {
    const tables = Object.fromEntries(tableNames.map((table) => [tableVariable(table), table]));
    return spawn(program, args, {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...variables(),
        ...tables,
        ...ingestEnvironment,
        PATH: dirname(process.execPath),
        NODE_OPTIONS: `--permission --allow-fs-read=${directory}`,
        AWS_REGION: 'us-east-1',
        [environment.host]: '127.0.0.1',
        [environment.port]: String(port),
        [environment.apiKey]: 'key',
        [environment.drainSeconds]: '0',
        [environment.logLevel]: 'warn',
      },
    });
  }

  /** The first answer of `GET /livez`. */
  async function livez(process: ChildProcess): Promise<number> {
    while (process.exitCode === null) {
      const answer = await fetch(`http://127.0.0.1:${port}/livez`).catch(() => undefined);
      if (answer !== undefined) return answer.status;
      await pause(20);
    }
    throw new Error(`the service exited with ${process.exitCode} before it answered`);
  }
});

/** What the Dockerfile sets in the environment. */
function variables(): Record<string, string> {
  const pairs = inImage(instructions, 'ENV').flatMap((text) => text.split(' '));
  return Object.fromEntries(pairs.map((pair) => pair.split('=')));
}

async function exitCode(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = await once(child, 'exit');
  return code;
}

/** Every file and directory, but for the packages. */
async function files(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true });
  return entries.filter((entry) => !entry.startsWith('node_modules/')).sort();
}
