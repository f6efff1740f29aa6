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
  /** Undefined for transactions and batches, which may use several tables. */
  readonly table: string | undefined;
  /** Milliseconds from the call's arrival to its answer's departure; undefined until then, and for a call cut off. */
  roundTrip?: number;
}

/**
 * Hooks that delay a call until their promise resolves. A rejected promise cuts the caller's connection off: `before` does
 * so when the database has not seen the call, `after` when it has answered.
 */
export interface Disturbance {
  before?(call: Call): Promise<void> | void;
  after?(call: Call): Promise<void> | void;
}

export interface DatabaseProxy {
  readonly endpoint: string;
  /** Calls since the start or the last `reset`. */
  readonly calls: readonly Call[];
  /** Calls to one table. The service may use other tables in the background. */
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
  // When a test fails before it closes its proxy, the test run must end all the same.
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
