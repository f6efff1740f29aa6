import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request to one of AWS's services, on its way to an emulator. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Of DynamoDB and Step Functions (from `x-amz-target`); '' of S3. */
  readonly operation: string;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What happens to a call. `refused`: cut off before it arrives. `stalled`: neither arrives nor is answered. `lost`: it is
 * carried out, and its answer cut off. `hung`: carried out, never answered. `cut`, `frozen`: carried out, and half of the
 * answer's body comes. `late`: arrives after a while. `twice`: arrives twice, and the first answer is lost. An answer of
 * one's own stands for the service, which does not see the call.
 */
export type Fault =
  | 'refused'
  | 'stalled'
  | 'lost'
  | 'hung'
  | 'cut'
  | 'frozen'
  | 'late'
  | 'twice'
  | Answer
  | undefined;

export interface FaultProxy {
  readonly endpoint: string;
  /** Calls since the start. */
  readonly calls: readonly Call[];
  /** Asked about every call from now on. */
  inject(choose: (call: Call) => Fault | Promise<Fault>): void;
  close(): Promise<void>;
}

/** Milliseconds of a late call: within the limits of the clients. */
const lateness = 200;

/** A proxy between the service and an emulator of DynamoDB, S3 or Step Functions that does to calls what networks do. */
export async function faultProxy(upstream: string): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const calls: Call[] = [];
  let choose: (call: Call) => Fault | Promise<Fault> = () => undefined;

  async function pass(incoming: IncomingMessage, body: Buffer): Promise<Passed> {
    const { method, url, headers } = incoming;
    const passed = request(new URL(url as string, upstream), { agent, method: method as string, headers });
    passed.end(body);
    const [answer] = (await once(passed, 'response')) as [IncomingMessage];
    return { status: answer.statusCode as number, headers: answer.headers, body: await bytesOf(answer) };
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming);
    const operation = String(incoming.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const call = { method: incoming.method as string, path: incoming.url as string, operation, body };
    calls.push(call);
    const fault = await choose(call);
    if (fault === 'refused') return void incoming.socket.destroy();
    if (fault === 'stalled') return;
    if (fault === 'late') await sleep(lateness * Math.random());
    if (typeof fault === 'object')
      return send(outgoing, { headers: {}, ...fault, body: Buffer.from(fault.body) });
    // A caller who has gone has told the database, too: the connection is closed.
    if (incoming.socket.destroyed) return;
    if (fault === 'twice') await pass(incoming, body);
    const answer = await pass(incoming, body);
    if (fault === 'lost') return void incoming.socket.destroy();
    if (fault === 'hung') return;
    if (fault === 'cut' || fault === 'frozen') {
      const { 'transfer-encoding': _, ...headers } = answer.headers;
      outgoing.writeHead(answer.status, { ...headers, 'content-length': answer.body.length + 1 });
      outgoing.write(answer.body.subarray(0, answer.body.length / 2));
      outgoing.flushHeaders();
      if (fault === 'cut') setImmediate(() => incoming.socket.destroy());
      return;
    }
    send(outgoing, answer);
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => incoming.socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    inject: (next) => {
      choose = next;
    },
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Passed {
  readonly status: number;
  readonly headers: IncomingHttpHeaders | Readonly<Record<string, string>>;
  readonly body: Buffer;
}

function send(outgoing: ServerResponse, { status, headers, body }: Passed): void {
  outgoing.writeHead(status, headers).end(body);
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await message.toArray());
}
