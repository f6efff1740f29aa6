import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'chai';
import { bareEnvironment } from '../../../local/bare-environment.ts';
import type { WorkerEvent } from '../../../local/workers/run.ts';
import { access } from '../../support/clients.ts';
import { killWithThisProcess } from '../../support/emulator.ts';
import { runScript } from '../../support/run-script.ts';
import { together } from '../../support/together.ts';
import { until } from '../../support/until.ts';

interface Ready {
  readonly event: 'ready';
  readonly queueUrls: Readonly<Record<string, string>>;
  readonly sqs: string;
}

describe('npm run worker', function () {
  this.timeout(60_000);
  const state = mkdtempSync(join(tmpdir(), 'trellis-worker-'));
  after(() => rmSync(state, { recursive: true }));
  const worker = (...args: string[]) => runScript('local/commands/worker.ts', [...args, '--state', state]);
  const test = together(2);

  test('says what it is called with', async () => {
    const { output, code } = await worker('--help');
    expect(output).to.match(/^npm run worker -- <directory> \[options\] \[-- <command>\.\.\.\]/);
    expect(code).to.equal(0);
  });

  for (const [args, problem] of [
    [[], 'name the directory of a Pulumi program, such as examples/orders'],
    [['examples/orders', '--max', '0'], '--max must be a whole number from 1, not "0"'],
    [['examples/orders', '--env', 'TOKEN'], '--env must be NAME=value, not "TOKEN"'],
  ] as const)
    test(`refuses ${args.join(' ') || 'no program'}`, async () => {
      const { errors, code } = await worker(...args);
      expect(errors).to.equal(`${problem} (all options: npm run worker -- --help)\n`);
      expect(code).to.equal(2);
    });

  test('runs the workers of a program: from none, one for a message that comes, until it is stopped', async () => {
    const args = ['local/commands/worker.ts', 'examples/orders', '--json', '--state', join(state, 'running')];
    const child = spawn(process.execPath, args, {
      env: bareEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    killWithThisProcess({ process: child });
    const ended = once(child, 'close');
    const events: (WorkerEvent | Ready)[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)));
    const ready = () => events.find((one) => one.event === 'ready') as Ready | undefined;
    const queue = (tasks: number, left: number) =>
      events.findLastIndex(
        (one) => one.event === 'queue' && one.tasks === tasks && one.visible + one.inFlight === left,
      );
    await until(() => ready() !== undefined && queue(0, 0) >= 0);
    const { queueUrls, sqs: endpoint } = ready() as Ready;
    const sqs = new SQSClient({ ...access, endpoint });
    const [QueueUrl] = Object.values(queueUrls);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"id":"a","cents":5}' }));
    sqs.destroy();
    await until(() => queue(0, 1) >= 0 && queue(1, 0) > queue(0, 1));
    child.kill('SIGTERM');
    expect(await ended).to.deep.equal([0, null]);
    expect(events.filter(({ event }) => event === 'started')).to.have.length(1);
    expect(events.at(-1)).to.include({
      event: 'ended',
      worker: 'charge',
      how: 'exit code 0',
      wasAsked: true,
    });
  });

  test('says so when there is no program', async () => {
    const { errors, code } = await worker('docs');
    expect(errors).to.match(/^there is no Pulumi\.yaml in .*docs\n$/);
    expect(code).to.equal(1);
  });
});
