import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';

/** One database call as the proxy saw it. */
export interface Call {
  /** `GetItem`, `UpdateItem`, … (from `x-amz-target`). */
  readonly operation: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  /** Undefined for a transaction, which may have several. */
  readonly table: string | undefined;
  /** Milliseconds from the call's arrival to its answer's departure; undefined while under way or when cut off. */
  roundTrip?: number;
}

/**
 * What may happen to a call on its way. Either promise delays; a rejected one cuts the caller's connection off, before
 * the database has seen the call or after it has answered.
 */
export interface Disturbance {
  before?(call: Call): Promise<void> | void;
  after?(call: Call): Promise<void> | void;
}

export interface DatabaseProxy {
  readonly endpoint: string;
  /** Calls since the start or the last `reset`. */
  readonly calls: readonly Call[];
  /** Those to one table: the service may look after others in the background. */
  callsTo(table: string): Call[];
  reset(): void;
  disturb(disturbance: Disturbance): void;
  close(): Promise<void>;
}

/** A proxy in front of the database that counts the calls and can delay, hold or cut them off. */
export async function databaseProxy(upstream: string): Promise<DatabaseProxy> {
  const agent = new Agent({ keepAlive: true });
  let calls: Call[] = [];
  let disturbance: Disturbance = {};

  async function forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const arrival = performance.now();
    const body = await bytesOf(incoming);
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const call: Call = { operation, body: body.toString(), headers: incoming.headers, table: tableOf(body) };
    calls.push(call);
    await disturbance.before?.(call);
    const passed = request(upstream, {
      agent,
      method: 'POST',
      path: incoming.url,
      headers: incoming.headers,
    });
    passed.end(body);
    const [answer] = (await once(passed, 'response')) as [IncomingMessage];
    const answerBody = await bytesOf(answer);
    await disturbance.after?.(call);
    outgoing.writeHead(answer.statusCode as number, answer.headers).end(answerBody);
    call.roundTrip = performance.now() - arrival;
  }

  const server = createServer((incoming, outgoing) => {
    forward(incoming, outgoing).catch(() => incoming.socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A test that failed before it could close its proxy must not keep the run from ending.
  server.unref();

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    callsTo: (table) => calls.filter((call) => call.table === table),
    reset: () => {
      calls = [];
    },
    disturb: (next) => {
      disturbance = next;
    },
    close: () => closeServer(server, agent),
  };
}

function tableOf(body: Buffer): string | undefined {
  return (JSON.parse(body.toString()) as { TableName?: string }).TableName;
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function closeServer(server: Server, agent: Agent): Promise<void> {
  agent.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
