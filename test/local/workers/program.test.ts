import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type WorkerProgram, workersIn } from '../../../local/workers/program.ts';
import { evaluateExample } from '../../../scripts/examples.ts';

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));

describe('the workers of a program', () => {
  let program: WorkerProgram;
  before(async () => {
    program = workersIn(await evaluateExample('orders'), join(examples, 'orders'));
  });

  it('take from its queues, whose settings are the program’s', () => {
    const [dead, orders] = program.queues;
    expect(dead).to.deep.include({ visibilityTimeoutSeconds: 30, redrive: undefined });
    expect(orders?.name).to.match(/^orders-[0-9a-f]{7}$/);
    expect(orders?.visibilityTimeoutSeconds).to.equal(30);
    expect(orders?.redrive).to.deep.equal({ to: dead?.name, maxReceives: 5 });
  });

  it('run what the Dockerfile says, in its directory, with the environment of the program', () => {
    const [worker, ...others] = program.workers;
    expect(others).to.deep.equal([]);
    expect(worker).to.deep.include({
      name: 'charge',
      command: ['node', 'worker.ts'],
      directory: join(examples, 'orders/worker'),
      secrets: [],
      stopTimeoutSeconds: 120,
      scaling: { minTasks: 0, maxTasks: 10, backlogPerTask: 42_000 },
    });
    expect(worker?.environment).to.deep.equal({
      CHARGES: program.tables[0]?.TableName,
      QUEUE_STOP_TIMEOUT_SECONDS: '120',
      QUEUE_URL: program.queues[1]?.url,
      QUEUE_VISIBILITY_TIMEOUT_SECONDS: '30',
    });
  });

  it('have its tables', () => {
    const [table] = program.tables;
    expect(table?.AttributeDefinitions).to.deep.equal([{ AttributeName: 'order', AttributeType: 'S' }]);
    expect(table?.KeySchema).to.deep.equal([{ AttributeName: 'order', KeyType: 'HASH' }]);
  });

  it('are missed where there are none', async () => {
    const evaluation = await evaluateExample('table');
    expect(() => workersIn(evaluation, '/shop')).to.throw('the program in /shop has no QueueWorker');
  });
});
