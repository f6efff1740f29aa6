import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { State } from '../../../local/state.ts';
import type { Worker, WorkerProgram } from '../../../local/workers/program.ts';
import { runWorkers } from '../../../local/workers/run.ts';

// That workers do their work is what test/drills/workers.test.ts shows.
describe('workers on the laptop do not start', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-workers-'));
  after(() => rmSync(directory, { recursive: true }));
  const url = 'https://sqs.us-east-1.amazonaws.com/123456789012/orders';
  const worker: Worker = {
    name: 'charge',
    command: ['node', '-e', ''],
    directory,
    environment: { QUEUE_URL: url },
    secrets: [],
    stopTimeoutSeconds: 120,
    scaling: { minTasks: 0, maxTasks: 2, backlogPerTask: 10 },
  };
  const queues: WorkerProgram['queues'] = [
    { name: 'orders', url, visibilityTimeoutSeconds: 30, redrive: undefined },
  ];

  async function problemOf(changes: Partial<Worker>, environment: Record<string, string> = {}) {
    try {
      const workers = await runWorkers({
        program: { queues, tables: [], workers: [{ ...worker, ...changes }] },
        state: new State(directory),
        maxTasks: 1,
        command: undefined,
        environment,
        show: () => {},
      });
      await workers.stop();
    } catch (error) {
      return (error as Error).message;
    }
    return 'none';
  }

  it('without a command', async () => {
    expect(await problemOf({ command: undefined })).to.equal(
      'charge: neither the program nor its Dockerfile has a command; give one after --',
    );
  });

  it('without the values of secrets, unless they are given', async () => {
    expect(await problemOf({ secrets: ['TOKEN', 'KEY'] }, { KEY: 'x' })).to.equal(
      'charge: only AWS knows TOKEN; give each by --env NAME=value',
    );
    expect(await problemOf({ secrets: ['TOKEN'] }, { TOKEN: 'x' })).to.equal('none');
  });

  it('for a queue that the program does not make', async () => {
    expect(await problemOf({ environment: { QUEUE_URL: `${url}-other` } })).to.equal(
      'charge: the program does not make its queue',
    );
  });
});
