import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { createBatch, type JobDefinition } from '../../../local/aws/batch.ts';
import { until } from '../../support/until.ts';

const directory = mkdtempSync(join(tmpdir(), 'trellis-batch-'));
const log = (name: string) => readFileSync(join(directory, `${name}.log`), 'utf8');

/** A batch with one definition, which runs the given JavaScript. */
function batchOf(script: string, options: Partial<JobDefinition> & { maxVcpus?: number } = {}) {
  const { maxVcpus = 1, ...definition } = options;
  const job = { command: ['node', '-e', script], environment: {}, ...definition };
  return createBatch({ definitions: { job }, maxVcpus, logs: directory });
}

function submission(name: string, { vcpus = 0.25, timeout = 60, variables = {} } = {}) {
  return {
    JobName: name,
    JobDefinition: 'job',
    ContainerOverrides: {
      Environment: Object.entries(variables).map(([Name, Value]) => ({ Name, Value })),
      ResourceRequirements: [{ Type: 'VCPU', Value: String(vcpus) }],
    },
    Timeout: { AttemptDurationSeconds: timeout },
  };
}

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => {
      throw new Error('the job succeeded');
    },
    (error: Error) => error,
  );
}

describe('the batch runner', () => {
  after(() => rmSync(directory, { recursive: true }));

  it('never runs more than the vCPUs allow, and runs all', async () => {
    const running = join(directory, 'running');
    writeFileSync(running, '');
    // Each job marks its beginning and its end, and waits for the company that four quarters of a vCPU allow.
    const batch = batchOf(
      `const { appendFileSync, readFileSync } = require('node:fs');
       appendFileSync(${JSON.stringify(running)}, '+');
       process.once('exit', () => appendFileSync(${JSON.stringify(running)}, '-'));
       const waiting = setInterval(() => {
         if (readFileSync(${JSON.stringify(running)}, 'utf8').split('+').length > 4) clearInterval(waiting);
       }, 5);`,
    );
    await Promise.all(Array.from({ length: 12 }, (_, i) => batch.submit(submission(`cap-${i}`))));
    let now = 0;
    const peak = Math.max(
      ...[...readFileSync(running, 'utf8')].map((mark) => (now += mark === '+' ? 1 : -1)),
    );
    expect({ left: now, vcpus: batch.vcpus, peakVcpus: batch.peakVcpus }).to.deep.equal({
      left: 0,
      vcpus: 0,
      peakVcpus: 1,
    });
    expect(peak).to.equal(4);
  });

  it('refuses a job that could never run', async () => {
    const error = await errorOf(batchOf('').submit(submission('large', { vcpus: 2 })));
    expect(error).to.include({ name: 'States.TaskFailed', message: 'the job asks for 2 vCPUs of 1' });
  });

  it('fails a job whose overrides are larger than ECS takes, as Batch does', async () => {
    const batch = batchOf('console.log("started")');
    // 1,024 of the 8,192 are for what Batch adds.
    const of = (name: string, length: number) => {
      const empty = submission(name, { variables: { GIVEN: '' } });
      const room = length - Buffer.byteLength(JSON.stringify(empty.ContainerOverrides));
      return submission(name, { variables: { GIVEN: 'x'.repeat(room) } });
    };
    await batch.submit(of('largest', 7168));
    const error = await errorOf(batch.submit(of('too-large', 7169)));
    expect(error).to.include({
      name: 'States.TaskFailed',
      message: 'Container Overrides length must be at most 8192',
    });
  });

  it('shows a job nothing of its own environment but where programs and compiled modules are', async () => {
    process.env.AWS_SECRET_ACCESS_KEY_OF_THE_HOST = 'secret';
    const batch = batchOf('console.log(JSON.stringify(Object.keys(process.env).sort()))', {
      environment: { GIVEN: '1' },
    });
    await batch.submit(submission('environment', { variables: { SUBMITTED: '2' } }));
    delete process.env.AWS_SECRET_ACCESS_KEY_OF_THE_HOST;
    expect(JSON.parse(log('environment'))).to.deep.equal([
      'GIVEN',
      'NODE_COMPILE_CACHE',
      'PATH',
      'SUBMITTED',
    ]);
  });

  it('fails a job with an exit code at once, and says which', async () => {
    const batch = batchOf('console.log("tried"); process.exit(3)', { infrastructureRetries: 2 });
    const error = await errorOf(batch.submit(submission('exit')));
    expect(error).to.include({ name: 'States.TaskFailed', message: 'exit code 3' });
    expect(log('exit')).to.equal('tried\n');
  });

  it('runs a job again that was killed', async () => {
    const batch = batchOf('console.log("tried"); process.kill(process.pid, "SIGKILL")', {
      infrastructureRetries: 2,
    });
    const error = await errorOf(batch.submit(submission('killed')));
    expect(error.message).to.equal('SIGKILL');
    expect(log('killed')).to.equal('tried\n'.repeat(3));
  });

  it('kills a job whose time is over, once and for all, and keeps what it printed and why it ended', async () => {
    const command = ['/bin/sh', '-c', 'echo tried; exec sleep 1000'];
    const batch = batchOf('', { command, infrastructureRetries: 2 });
    const error = await errorOf(batch.submit(submission('slow', { timeout: 1 })));
    expect(error.message).to.equal('Job attempt duration exceeded timeout');
    expect(log('slow')).to.equal('tried\nJob attempt duration exceeded timeout: the job was killed\n');
    expect(batch.pids).to.deep.equal([]);
  });

  it('takes its jobs with it when it is killed', async () => {
    const runner = spawn(
      process.execPath,
      [fileURLToPath(new URL('batch-process.ts', import.meta.url)), directory],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = await once(createInterface({ input: runner.stdout }), 'line');
    const pid = Number(line);
    expect(isAlive(pid)).to.equal(true);
    runner.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
