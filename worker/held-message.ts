import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Log, textOf } from './log.ts';
import type { Protection } from './protection.ts';
import type { Settings } from './settings.ts';

/** A message to work on. */
export interface WorkMessage {
  readonly id: string;
  readonly body: string;
  /** Times that it was received, this one included; approximate, as SQS counts. */
  readonly receives: number;
  /** Aborted when the container is to stop. Work that ends by an error after that gives the message back at once. */
  readonly signal: AbortSignal;
}

export interface Surroundings {
  readonly sqs: SQSClient;
  readonly settings: Settings;
  readonly log: Log;
  readonly protection: Protection;
}

/** Seconds after which a message in work protects its task, at most. */
const longestUnprotected = 30;
/** The longest between two renewals, in milliseconds: the task's protection must be renewed meanwhile too. */
const longestPause = 600_000;

/** A message that is hidden from other workers for as long as this one works on it. */
export class HeldMessage {
  readonly #message: Message;
  readonly #around: Surroundings;
  readonly #renewing: NodeJS.Timeout;
  readonly #untilLong: NodeJS.Timeout;
  #isLong = false;
  #isOver = false;

  constructor(message: Message, around: Surroundings) {
    this.#message = message;
    this.#around = around;
    // At a third of the time, so that two renewals may fail.
    const pause = Math.min(longestPause, (around.settings.visibilityTimeoutSeconds * 1000) / 3);
    this.#renewing = setInterval(() => void this.#renew(), pause);
    const { stopTimeoutSeconds } = around.settings;
    const long = Math.min(longestUnprotected, stopTimeoutSeconds / 4) * 1000;
    this.#untilLong = setTimeout(() => this.#protect(), long);
  }

  /** Does the work, and deletes the message; never rejects. */
  async run(handle: (message: WorkMessage) => Promise<unknown>, signal: AbortSignal): Promise<void> {
    const { MessageId: id = '', Body: body = '' } = this.#message;
    try {
      await handle({ id, body, receives: this.#receives, signal });
    } catch (error) {
      this.#log('error', 'the message could not be processed', error);
      if (signal.aborted) await this.giveBack();
      else this.#release();
      return;
    }
    try {
      await this.#around.sqs.send(new DeleteMessageCommand(this.#handle));
    } catch (error) {
      this.#log('error', 'the message is done but could not be deleted; it will come again', error);
    }
    this.#release();
  }

  /** Lets another worker have the message at once; never rejects. */
  async giveBack(): Promise<void> {
    if (this.#isOver) return;
    this.#release();
    if (await this.#hideFor(0, 'the message could not be given back; it comes after its visibility timeout'))
      this.#log('info', 'the message was given back, since the worker stops');
  }

  /**
   * Short work is done within the stop timeout, whenever the task is stopped. Were the task protected from the beginning of
   * each message, then it would be so for as long as there is a backlog, and no release could replace it meanwhile.
   */
  #protect(): void {
    this.#isLong = true;
    void this.#around.protection.take();
  }

  async #renew(): Promise<void> {
    if (this.#isLong) void this.#around.protection.renew();
    const { visibilityTimeoutSeconds } = this.#around.settings;
    await this.#hideFor(
      visibilityTimeoutSeconds,
      'no more time could be had for the message; it may come twice',
    );
  }

  async #hideFor(VisibilityTimeout: number, failure: string): Promise<boolean> {
    try {
      await this.#around.sqs.send(new ChangeMessageVisibilityCommand({ ...this.#handle, VisibilityTimeout }));
      return true;
    } catch (error) {
      // A renewal that is overtaken by the end of the work finds no message.
      if (VisibilityTimeout === 0 || !this.#isOver) this.#log('warn', failure, error);
      return false;
    }
  }

  #release(): void {
    this.#isOver = true;
    clearInterval(this.#renewing);
    clearTimeout(this.#untilLong);
    if (this.#isLong) void this.#around.protection.release();
    this.#isLong = false;
  }

  get #receives(): number {
    return Number(this.#message.Attributes?.ApproximateReceiveCount ?? 1);
  }

  get #handle() {
    return { QueueUrl: this.#around.settings.queueUrl, ReceiptHandle: this.#message.ReceiptHandle };
  }

  #log(level: 'info' | 'warn' | 'error', msg: string, error?: unknown): void {
    const { MessageId: messageId = '' } = this.#message;
    const why = error === undefined ? {} : { error: textOf(error) };
    this.#around.log({ level, msg, messageId, receives: this.#receives, ...why });
  }
}
