import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Dirent, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions, Server } from 'node:net';
import { join } from 'node:path';
import { type FauxqsServer, startFauxqs } from 'fauxqs';

export interface ObjectCreated {
  readonly bucket: string;
  readonly key: string;
}

export interface S3Emulator {
  readonly endpoint: string;
  /** Creates a bucket unless it is there. */
  createBucket(name: string): void;
  /** Calls back for every object that is written, in place of S3's events. It gives the key only; events that are on
   * their way in a crash are lost. */
  onObjectCreated(listener: (created: ObjectCreated) => void): void;
  /** Creates a queue unless it is there. @returns its URL. */
  createQueue(name: string): string;
  sendMessage(queue: string, body: string): void;
  /** The bodies of all messages in a queue, those included that a receiver holds. The messages stay in the queue. */
  messages(queue: string): string[];
  /** Receipt handles of the messages that receivers hold. */
  heldMessages(queue: string): string[];
  stop(): Promise<void>;
}

/**
 * S3 and SQS within this process, on a free port. It takes PUTs of at most 11 MiB; larger files go in parts.
 * @param options.directory directory for objects and messages; without one they are gone when it stops
 */
export async function startS3(options: { directory?: string } = {}): Promise<S3Emulator> {
  const { directory } = options;
  const objects = directory && join(directory, 'objects');
  if (directory && objects) {
    mkdirSync(objects, { recursive: true });
    removeHalfWritten(objects);
  }
  const server = await guarded(() =>
    startFauxqs({
      port: 0,
      logger: false,
      messageSpies: { bufferSize: 1 },
      ...(directory && objects ? { dataDir: directory, s3StorageDir: objects } : {}),
    }),
  );

  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    createBucket: (name) => void server.setup({ buckets: [name] }),
    onObjectCreated: (listener) => watch(server, listener),
    createQueue: (name) => {
      const [queue] = server.setup({ queues: [{ name }] }).queues;
      return queue?.url ?? `http://127.0.0.1:${server.port}/000000000000/${name}`;
    },
    sendMessage: (queue, body) => void server.sendMessage(queue, body),
    messages: (queue) => {
      const { ready = [], delayed = [], inflight = [] } = server.inspectQueue(queue)?.messages ?? {};
      return [...ready, ...delayed, ...inflight.map(({ message }) => message)].map(({ body }) => body);
    },
    heldMessages: (queue) =>
      (server.inspectQueue(queue)?.messages.inflight ?? []).map(({ receiptHandle }) => receiptHandle),
    stop: () => server.stop(),
  };
}

/**
 * Starts the emulator on the loopback interface only. It accepts requests without credentials, would listen on every
 * interface and has no option for that. It would also follow a key with `..` out of its directory, and accept an expired
 * presigned URL. Node announces every server that is about to listen on a diagnostics channel, where this is mended.
 * @throws Error when it listens on another address all the same.
 */
async function guarded<T>(start: () => Promise<T>): Promise<T> {
  const channel = 'tracing:net.server.listen:asyncStart';
  const servers: Server[] = [];
  const redirect = (message: unknown) => {
    const { server, options } = message as { server: Server; options: ListenOptions };
    if (options.host !== '0.0.0.0') return;
    options.host = '127.0.0.1';
    servers.push(server);
    repairRequests(server);
  };
  subscribe(channel, redirect);
  const started = await start().finally(() => unsubscribe(channel, redirect));
  if (
    servers.some((server) => (server.address() as AddressInfo).address !== '127.0.0.1') ||
    servers.length === 0
  )
    throw new Error('the S3 emulator could not be kept from listening on the network');
  return started;
}

function repairRequests(server: Server): void {
  const listeners = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const [path = '', query] = (request.url ?? '').split('?', 2);
    const isRelative = path.split(/\/|%2f/i).some((part) => /^(\.|%2e){1,2}$/i.test(part));
    if (isRelative) {
      response.writeHead(400).end('a key may have no segment "." or ".."');
      return;
    }
    if (hasExpired(new URLSearchParams(query))) {
      request.resume();
      response
        .writeHead(403, { 'content-type': 'application/xml' })
        .end('<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>');
      return;
    }
    // The emulator would parse these bodies and lose their bytes. curl sends every body as a form.
    const type = request.headers['content-type'] ?? '';
    if (request.method === 'PUT' && /x-www-form-urlencoded|x-amz-json/.test(type))
      request.headers['content-type'] = 'application/octet-stream';
    for (const listener of listeners) listener(request, response);
  });
}

/** Whether a presigned URL has expired. It holds the time of its signature (`20260131T235959Z`) and its seconds. */
function hasExpired(query: URLSearchParams): boolean {
  const signed = query.get('X-Amz-Date')?.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:') ?? '';
  return Date.parse(signed) + Number(query.get('X-Amz-Expires')) * 1000 < Date.now();
}

/** The emulator has no subscription. But it shows every event to a waiter until one satisfies it, and ours never does. */
function watch(server: FauxqsServer, listener: (created: ObjectCreated) => void): void {
  void server.spy
    .waitForMessage((event) => {
      if (event.service === 's3' && event.status === 'uploaded')
        listener({ bucket: event.bucket, key: event.key });
      return false;
    })
    .catch(() => {});
}

/**
 * Removes objects whose description was cut short by a kill in the middle of a PUT: the emulator could not start with
 * them. The PUT was never answered, so no caller relies on such an object.
 */
function removeHalfWritten(directory: string): void {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.json') && !isJson(entry))
      rmSync(join(entry.parentPath, entry.name));
  }
}

function isJson(entry: Dirent): boolean {
  try {
    JSON.parse(readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    return true;
  } catch {
    return false;
  }
}
