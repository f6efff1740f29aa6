import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'chai';
import { type S3Emulator, startS3 } from '../../local/aws/s3.ts';
import { countMessages, makeQueue } from '../../local/workers/queue.ts';
import { type LogEntry, type WorkerOptions, type WorkMessage, work } from '../../worker/index.ts';
import { access } from '../support/clients.ts';
import { type FakeAgent, fakeAgent } from '../support/fake-agent.ts';
import { type FaultProxy, faultProxy } from '../support/fault-proxy.ts';
import { together } from '../support/together.ts';
import { until } from '../support/until.ts';

describe('a worker', function () {
  this.timeout(30_000);
  let emulator: S3Emulator;
  before(async () => {
    emulator = await startS3();
  });
  after(() => emulator.stop());
  const test = together();
  let queues = 0;

  interface World {
    readonly sqs: SQSClient;
    readonly proxy: FaultProxy;
    readonly agent: FakeAgent;
    readonly queue: { readonly url: string; readonly deadLettersUrl: string };
    readonly log: LogEntry[];
    readonly stop: AbortController;
    send(...bodies: string[]): Promise<void>;
    /** Starts a worker; resolves when it has stopped. */
    run(handle: (message: WorkMessage) => Promise<unknown>, options?: WorkerOptions): Promise<void>;
    /** Messages in the queue, and in the dead-letter queue. */
    left(): Promise<{ visible: number; inFlight: number; dead: number }>;
    operations(name: string): number;
  }

  /** A queue of a test's own behind a proxy, with a worker that waits a second for messages. */
  async function inWorld(
    body: (world: World) => Promise<void>,
    { stopTimeoutSeconds = 4, visibilityTimeoutSeconds = 1 } = {},
  ): Promise<void> {
    const [proxy, agent] = await Promise.all([faultProxy(emulator.endpoint), fakeAgent()]);
    const sqs = new SQSClient({ ...access, endpoint: proxy.endpoint });
    const name = `queue-${queues++}`;
    const dead = { name: `${name}-dead-letters`, visibilityTimeoutSeconds, redrive: undefined };
    const redrive = { to: dead.name, maxReceives: 2 };
    const queue = {
      deadLettersUrl: await makeQueue(sqs, dead),
      url: await makeQueue(sqs, { name, visibilityTimeoutSeconds, redrive }),
    };
    const log: LogEntry[] = [];
    const stop = new AbortController();
    const environment = {
      QUEUE_URL: queue.url,
      QUEUE_VISIBILITY_TIMEOUT_SECONDS: String(visibilityTimeoutSeconds),
      QUEUE_STOP_TIMEOUT_SECONDS: String(stopTimeoutSeconds),
      ECS_AGENT_URI: agent.uri,
    };
    const runs: Promise<void>[] = [];
    try {
      await body({
        ...{ sqs, proxy, agent, queue, log, stop },
        send: async (...bodies) => {
          for (const MessageBody of bodies)
            await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody }));
        },
        run: (handle, options) => {
          const entry = (one: LogEntry) => void log.push(one);
          const run = work(handle, { sqs, environment, stop: stop.signal, log: entry, ...options });
          runs.push(run);
          return run;
        },
        left: async () => ({
          ...(await countMessages(sqs, queue.url)),
          dead: (await countMessages(sqs, queue.deadLettersUrl)).visible,
        }),
        operations: (wanted) => proxy.calls.filter(({ operation }) => operation === wanted).length,
      });
    } finally {
      stop.abort();
      await Promise.all(runs);
      sqs.destroy();
      await Promise.all([proxy.close(), agent.close()]);
    }
  }

  const nothing = { visible: 0, inFlight: 0, dead: 0 };

  test('does the work, and deletes the message', () =>
    inWorld(async ({ agent, send, run, left }) => {
      const seen: unknown[] = [];
      await send('one');
      run(async ({ body, receives }) => seen.push([body, receives]));
      await until(async () => seen.length === 1 && (await left()).inFlight === 0);
      expect(seen).to.deep.equal([['one', 1]]);
      expect(await left()).to.deep.equal(nothing);
      expect(agent.states, 'short work needs no protection').to.deep.equal([]);
    }));

  test('protects its task while the work on a message takes long', () =>
    inWorld(async ({ agent, send, run }) => {
      await send('long');
      run(() => until(() => agent.states.length === 1));
      await until(() => agent.states.length === 2);
      expect(agent.states.map(({ ProtectionEnabled }) => ProtectionEnabled)).to.deep.equal([true, false]);
    }));

  test('keeps a message for itself that takes longer than the visibility timeout', () =>
    inWorld(
      async ({ send, run, left, operations }) => {
        const seen: string[] = [];
        await send('slow');
        run(
          async ({ body }) => {
            seen.push(body);
            // Each renewal comes a second after the one before; the timeout is three.
            await until(() => operations('ChangeMessageVisibility') === 4);
          },
          { concurrency: 2 },
        );
        await until(async () => operations('DeleteMessage') === 1 && (await left()).inFlight === 0);
        expect(seen).to.deep.equal(['slow']);
        expect(await left()).to.deep.equal(nothing);
      },
      { visibilityTimeoutSeconds: 3 },
    ));

  test('leaves a message that fails to come again, until it is a dead letter', () =>
    inWorld(async ({ send, run, left, log }) => {
      const seen: unknown[] = [];
      await send('poison', 'good');
      run(async ({ body, receives }) => {
        seen.push([body, receives]);
        if (body === 'poison') throw new Error('it is bad');
      });
      await until(async () => (await left()).dead === 1);
      expect(seen).to.have.deep.members([
        ['poison', 1],
        ['good', 1],
        ['poison', 2],
      ]);
      expect(log.map(({ level, msg, receives, error }) => [level, msg, receives, error])).to.deep.equal([
        ['error', 'the message could not be processed', 1, 'Error: it is bad'],
        ['error', 'the message could not be processed', 2, 'Error: it is bad'],
      ]);
      expect(await left()).to.deep.equal({ ...nothing, dead: 1 });
    }));

  test('finishes what it works on when it is stopped, and takes no other message', () =>
    inWorld(async ({ send, run, left, stop }) => {
      const seen: string[] = [];
      await send('one', 'two');
      await run(async ({ body, signal }) => {
        seen.push(body);
        stop.abort();
        expect(signal.aborted).to.equal(true);
      });
      expect(seen).to.deep.equal(['one']);
      expect(await left()).to.deep.equal({ ...nothing, visible: 1 });
    }));

  test('gives a message back at once when its work ends by an error, since it is stopped', () =>
    inWorld(async ({ send, run, left, log, stop }) => {
      await send('long');
      await run(async ({ signal }) => {
        stop.abort();
        signal.throwIfAborted();
      });
      expect(await left()).to.deep.equal({ ...nothing, visible: 1 });
      expect(log.map(({ msg }) => msg)).to.deep.equal([
        'the message could not be processed',
        'the message was given back, since the worker stops',
      ]);
    }));

  test('gives a message back before SIGKILL whose work has not ended', () =>
    inWorld(
      async ({ send, run, left, stop }) => {
        await send('endless');
        const { promise, resolve } = Promise.withResolvers<void>();
        await run(async () => {
          stop.abort();
          await promise;
        });
        expect(await left()).to.deep.equal({ ...nothing, visible: 1 });
        resolve();
      },
      { stopTimeoutSeconds: 2 },
    ));

  test('gives messages back that come while it is stopped, and does not begin with them', () =>
    inWorld(async ({ proxy, send, run, left, stop, agent }) => {
      await send('one');
      proxy.inject(({ operation }) => {
        if (operation === 'ReceiveMessage') stop.abort();
        return undefined;
      });
      const seen: string[] = [];
      await run(async ({ body }) => seen.push(body));
      expect(seen).to.deep.equal([]);
      expect(agent.states).to.deep.equal([]);
      expect(await left()).to.deep.equal({ ...nothing, visible: 1 });
    }));

  test('asks again to delete a message when the answer is lost', () =>
    inWorld(async ({ proxy, send, run, left, operations }) => {
      const seen: string[] = [];
      proxy.inject(({ operation }) =>
        operation === 'DeleteMessage' && operations('DeleteMessage') === 1 ? 'lost' : undefined,
      );
      await send('one');
      run(async ({ body }) => seen.push(body));
      await until(() => operations('DeleteMessage') === 2);
      await until(async () => (await left()).inFlight === 0);
      expect(seen).to.deep.equal(['one']);
      expect(await left()).to.deep.equal(nothing);
    }));

  test('works on a message that is delivered twice twice, and leaves nothing of it', () =>
    inWorld(async ({ send, run, left, proxy, sqs, queue }) => {
      await send('one');
      const seen: string[] = [];
      run(
        async ({ id }) => {
          seen.push(id);
          if (seen.length === 1) {
            // Another consumer's answer, as if SQS had delivered it to both.
            proxy.inject(({ operation }) =>
              operation === 'ChangeMessageVisibility'
                ? { status: 400, body: '{"__type":"com.amazonaws.sqs#MessageNotInflight"}' }
                : undefined,
            );
            await until(() => seen.length === 2);
          }
        },
        { concurrency: 2 },
      );
      await until(() => seen.length === 2);
      await until(async () => (await left()).inFlight === 0);
      expect(new Set(seen).size).to.equal(1);
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 0 }),
      );
      expect(Messages).to.equal(undefined);
      expect(await left()).to.deep.equal(nothing);
    }));

  test('works on as many messages at a time as it is told to', () =>
    inWorld(async ({ send, run, left }) => {
      await send(...Array.from({ length: 7 }, (_, index) => `message ${index}`));
      let [running, most, done] = [0, 0, 0];
      run(
        async () => {
          most = Math.max(most, ++running);
          await until(() => most === 3);
          done++;
          running--;
        },
        { concurrency: 3 },
      );
      await until(async () => done >= 7 && (await left()).inFlight === 0);
      expect(most).to.equal(3);
      expect(await left()).to.deep.equal(nothing);
    }));

  test('works without protection when it is refused', () =>
    inWorld(async ({ agent, send, run, left, log }) => {
      agent.refuse({ failure: { Reason: 'DEPLOYMENT_BLOCKED' } }, 400);
      await send('one');
      let done = false;
      run(async () => {
        await until(() => agent.states.length === 1);
        done = true;
      });
      await until(async () => done && (await left()).inFlight === 0);
      await until(() => log.length === 1);
      expect(log.map(({ msg }) => msg)).to.deep.equal(['the protection of the task could not be set']);
    }));

  test('goes on when the queue could not be reached', () =>
    inWorld(async ({ proxy, send, run, left, log, operations }) => {
      await send('one');
      proxy.inject(({ operation }) =>
        operation === 'ReceiveMessage' && operations('ReceiveMessage') === 1
          ? { status: 400, body: '{"__type":"AccessDenied","message":"no"}' }
          : undefined,
      );
      let done = false;
      run(async () => {
        done = true;
      });
      await until(async () => done && (await left()).inFlight === 0);
      expect(log.map(({ level, msg }) => [level, msg])).to.deep.equal([
        ['error', 'no messages could be received'],
      ]);
    }));

  it('refuses a number of messages at a time that is none', async () => {
    const refused = await work(async () => {}, { concurrency: 0 }).catch(({ message }) => message);
    expect(refused).to.equal('concurrency must be a whole number from 1, not 0');
  });
});
