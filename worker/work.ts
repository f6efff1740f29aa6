import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { HeldMessage, type WorkMessage } from './held-message.ts';
import { type LogEntry, logToStdout, textOf } from './log.ts';
import { createProtection } from './protection.ts';
import { readSettings, type Settings } from './settings.ts';

export interface WorkerOptions {
  /** Messages that are worked on at a time, 1 or more. @default 1 */
  readonly concurrency?: number;
  /** @default a client as the SDK makes it, with five attempts: answers that were lost are asked for again */
  readonly sqs?: SQSClient;
  /** @default the environment of the process */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Stops the worker. @default SIGTERM, which ECS sends, and SIGINT */
  readonly stop?: AbortSignal;
  /** @default JSON lines on stdout */
  readonly log?: (entry: LogEntry) => void;
}

/** The longest that SQS lets a request wait for messages, in seconds. */
const longestWait = 20;
/** Most messages of a request. */
const mostMessages = 10;
/** Milliseconds after a request for messages that failed, beside the pauses of the SDK. */
const errorPause = 1000;
/** Milliseconds that an answer may take beyond the longest wait for messages, and a connection. */
const answerLimit = 10_000;

/**
 * Takes messages from the queue that a `QueueWorker` names, until SIGTERM.
 *
 * ```ts
 * await work(async ({ body, signal }) => { … });
 * ```
 *
 * A message is deleted when `handle` has resolved. When it throws, the message comes again after the queue's visibility
 * timeout, and goes to the dead-letter queue after `maxReceives`. It can come twice, so the effect of `handle` must be
 * idempotent. While it runs, more time is asked for as often as needed, so `handle` needs time limits of its own.
 *
 * @param handle the work on one message
 * @returns when the worker has stopped. A message that is not done by then, a few seconds before SIGKILL, was given back
 * @throws Error when the environment names no queue
 */
export async function work(
  handle: (message: WorkMessage) => Promise<unknown>,
  options: WorkerOptions = {},
): Promise<void> {
  const { concurrency = 1, environment = process.env, log = logToStdout } = options;
  if (!(Number.isInteger(concurrency) && concurrency > 0))
    throw new Error(`concurrency must be a whole number from 1, not ${concurrency}`);
  const settings = readSettings(environment);
  const sqs = options.sqs ?? createClient();
  const stop = options.stop ?? stopSignals();
  const protection = createProtection(settings.agentUri, log);
  const held = new Map<HeldMessage, Promise<void>>();
  let freed = Promise.withResolvers<void>();

  async function take(): Promise<void> {
    while (!stop.aborted) {
      if (held.size >= concurrency) {
        freed = Promise.withResolvers();
        await freed.promise;
        continue;
      }
      hold(await receive(Math.min(mostMessages, concurrency - held.size)));
    }
  }

  async function receive(most: number): Promise<Message[]> {
    try {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: settings.queueUrl,
          MaxNumberOfMessages: most,
          WaitTimeSeconds: waitSeconds(settings),
          MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        }),
      );
      return Messages;
    } catch (error) {
      log({ level: 'error', msg: 'no messages could be received', error: textOf(error) });
      await sleep(errorPause, undefined, { signal: stop }).catch(() => {});
      return [];
    }
  }

  /** Messages that come with SIGTERM go back before their work begins. */
  function hold(messages: readonly Message[]): void {
    for (const message of messages) {
      const one = new HeldMessage(message, { sqs, settings, log, protection });
      const done = stop.aborted ? one.giveBack() : one.run(handle, stop);
      held.set(
        one,
        done.finally(() => {
          held.delete(one);
          freed.resolve();
        }),
      );
    }
  }

  const working = take().then(() => Promise.all(held.values()));
  await Promise.race([working, deadline(stop, settings)]);
  await Promise.all([...held.keys()].map((one) => one.giveBack()));
}

/** Without limits of its own the SDK waits for ever for the answer of a host that has gone. */
function createClient(): SQSClient {
  const requestTimeout = longestWait * 1000 + answerLimit;
  return new SQSClient({
    maxAttempts: 5,
    requestHandler: { connectionTimeout: answerLimit, requestTimeout, throwOnRequestTimeout: true },
  });
}

/**
 * A request for messages is not broken off at SIGTERM: messages that SQS had given to it would be hidden until their
 * visibility timeout. So it waits for a part of the stop timeout only.
 */
function waitSeconds({ stopTimeoutSeconds }: Settings): number {
  return Math.max(1, Math.min(longestWait, Math.floor(stopTimeoutSeconds / 4)));
}

/** Resolves when there is just the time left to give messages back before SIGKILL. */
async function deadline(stop: AbortSignal, { stopTimeoutSeconds }: Settings): Promise<void> {
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  const seconds = Math.max(stopTimeoutSeconds / 2, stopTimeoutSeconds - 5);
  await sleep(seconds * 1000, undefined, { ref: false });
}

function stopSignals(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());
  return stopping.signal;
}
