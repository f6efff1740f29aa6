import { setTimeout as sleep } from 'node:timers/promises';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { countMessages } from '../../../local/workers/queue.ts';
import type { Workers } from '../../../local/workers/run.ts';
import { access, plainClient } from '../../support/clients.ts';

export type Disturbance = 'kill' | 'stop' | 'double';

/** Milliseconds between two looks at the queue. */
const interval = 10;
/** Batches of messages that are on their way at a time. */
const senders = 4;

/** The running workers of one queue, as the drill sees them. */
export class World {
  readonly #workers: Workers;
  readonly #queue: string;
  readonly #deadLetters: string;
  readonly #random: () => number;
  readonly #sqs: SQSClient;

  constructor(workers: Workers, random: () => number) {
    this.#workers = workers;
    [this.#queue, this.#deadLetters] = Object.keys(workers.queueUrls) as [string, string];
    this.#random = random;
    this.#sqs = new SQSClient({ ...access, endpoint: workers.emulator.endpoint });
  }

  async send(bodies: readonly string[]): Promise<void> {
    let next = 0;
    const sender = async () => {
      while (next < bodies.length) {
        const batch = bodies.slice(next, next + 10);
        next += 10;
        const Entries = batch.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
        const { Failed = [] } = await this.#sqs.send(
          new SendMessageBatchCommand({ QueueUrl: this.#url, Entries }),
        );
        if (Failed.length > 0) throw new Error(`messages were not sent: ${JSON.stringify(Failed)}`);
      }
    };
    await Promise.all(Array.from({ length: senders }, sender));
  }

  /** Messages that wait or are in work. */
  async left(): Promise<number> {
    const { visible, inFlight } = await countMessages(this.#sqs, this.#url);
    return visible + inFlight;
  }

  /** Waits until no more messages are left than that. */
  async progress(most: number, check: () => void): Promise<void> {
    while ((await this.left()) > most) {
      check();
      await sleep(interval);
    }
  }

  /** Waits until a worker holds messages, and disturbs one. @returns false when all was done before */
  async disturb(how: Disturbance, check: () => void): Promise<boolean> {
    for (let looks = 1; ; looks++) {
      const held = this.#workers.emulator.heldMessages(this.#queue);
      const { pids } = this.#workers;
      if (held.length > 0 && pids.length > 0 && (await this.#try(how, this.#one(held), this.#one(pids))))
        return true;
      if (looks % 100 === 0 && (await this.left()) === 0) return false;
      check();
      await sleep(interval);
    }
  }

  /** @returns whether it happened: what is held may have been done meanwhile */
  async #try(how: Disturbance, ReceiptHandle: string, pid: number): Promise<boolean> {
    try {
      if (how === 'double') {
        const now = { QueueUrl: this.#url, ReceiptHandle, VisibilityTimeout: 0 };
        await this.#sqs.send(new ChangeMessageVisibilityCommand(now));
      } else {
        // A group of its own: what the worker has started ends with it.
        process.kill(how === 'kill' ? -pid : pid, how === 'kill' ? 'SIGKILL' : 'SIGTERM');
      }
      return true;
    } catch {
      return false;
    }
  }

  /** Waits until no message is left, and no worker runs. */
  async ended(check: () => void): Promise<void> {
    while (this.#workers.pids.length > 0 || (await this.left()) > 0) {
      check();
      await sleep(10 * interval);
    }
  }

  deadLetters(): string[] {
    return this.#workers.emulator.messages(this.#deadLetters).sort();
  }

  /** What each order was charged. */
  async charges(TableName: string): Promise<Map<string, number>> {
    const client = plainClient(this.#workers.dynamodb);
    const found = new Map<string, number>();
    for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
      for (const { order, cents } of Items) found.set(order?.S as string, Number(cents?.N));
    }
    client.destroy();
    return found;
  }

  close(): void {
    this.#sqs.destroy();
  }

  get #url(): string {
    return this.#workers.queueUrls[this.#queue] as string;
  }

  #one<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random() * all.length)] as T;
  }
}
