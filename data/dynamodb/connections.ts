import * as net from 'node:net';
import * as tls from 'node:tls';
import { type Answer, AnswerReader } from './answer.ts';
import type { Request, Route } from './direct.ts';

/** Looks after which a connection without a call is closed. DynamoDB closes it some time later itself; a call that meets
 * this fails and is sent again. */
const idleLooks = 8;

interface Call {
  readonly text: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

interface Options {
  /** The most connections at a time; further calls wait. */
  readonly limit: number;
  /** Milliseconds without a byte after which a call fails, at the second next look at the latest. */
  readonly timeout: number;
  /** Milliseconds between two looks for calls and connections whose time is over. @default 500 */
  readonly interval?: number;
}

/** What a socket has read, until its callback has copied it. All sockets share it, since their callbacks take turns. */
const incoming = Buffer.alloc(64 * 1024);

/**
 * Sends calls over connections that are kept, one call on a connection at a time. That is all of HTTP that DynamoDB's
 * protocol needs; a general client costs more CPU than all else that a call does.
 */
export class Connections {
  readonly #route: Route;
  readonly #limit: number;
  readonly #timeoutLooks: number;
  readonly #interval: number;
  readonly #open = new Set<Connection>();
  readonly #idle: Connection[] = [];
  readonly #waiting: Call[] = [];
  #watch: NodeJS.Timeout | undefined;
  /** Spares the next connection the long handshake. */
  #session: Buffer | undefined;
  #closed = false;

  constructor(route: Route, { limit, timeout, interval = 500 }: Options) {
    this.#route = route;
    this.#limit = limit;
    this.#timeoutLooks = Math.ceil(timeout / interval);
    this.#interval = interval;
  }

  leadTo({ protocol, hostname, port }: Route): boolean {
    const route = this.#route;
    return route.hostname === hostname && route.port === port && route.protocol === protocol;
  }

  /** Errors have names by which the SDK decides whether to repeat a call, as `UndiciHttpHandler` gives them. */
  send(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => this.#carry({ text: textOf(request), resolve, reject }));
  }

  /** Closes each connection as soon as it carries no call. */
  close(): void {
    this.#closed = true;
    for (const connection of [...this.#idle]) connection.close();
  }

  #carry(call: Call): void {
    const connection = this.#idle.pop();
    if (connection) connection.carry(call);
    else if (this.#open.size < this.#limit) this.#dial(call);
    else this.#waiting.push(call);
  }

  #dial(call: Call): void {
    const connection = new Connection(call, {
      connect: (onread) => this.#connect(onread),
      onFree: (free) => this.#release(free),
      onClose: (closed) => this.#forget(closed),
    });
    this.#open.add(connection);
    this.#watch ??= setInterval(() => this.#look(), this.#interval).unref();
  }

  #connect(onread: net.OnReadOpts): net.Socket {
    const { protocol, port } = this.#route;
    // An IPv6 address stands in brackets in a URL alone.
    const host = this.#route.hostname.replace(/^\[|\]$/g, '');
    const options = { host, noDelay: true, keepAlive: true, onread };
    if (protocol !== 'https:') return net.connect({ ...options, port: port ?? 80 });
    const session = this.#session;
    return tls
      .connect({
        ...options,
        port: port ?? 443,
        ALPNProtocols: ['http/1.1'],
        ...(net.isIP(host) === 0 && { servername: host }),
        ...(session && { session }),
      })
      .on('session', (next: Buffer) => {
        this.#session = next;
      });
  }

  #release(connection: Connection): void {
    const call = this.#waiting.shift();
    if (call) connection.carry(call);
    else if (this.#closed) connection.close();
    else this.#idle.push(connection);
  }

  #forget(connection: Connection): void {
    if (!this.#open.delete(connection)) return;
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    const call = this.#waiting.shift();
    if (call) this.#dial(call);
    if (this.#open.size > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #look(): void {
    for (const connection of this.#open) connection.look(this.#timeoutLooks);
  }
}

interface Owner {
  connect(onread: net.OnReadOpts): net.Socket;
  onFree(connection: Connection): void;
  onClose(connection: Connection): void;
}

class Connection {
  readonly #owner: Owner;
  readonly #socket: net.Socket;
  #call: Call | undefined;
  #reader = new AnswerReader();
  /** Looks since the call, or its last byte. */
  #looks = 0;

  constructor(call: Call, owner: Owner) {
    this.#owner = owner;
    const callback = (bytes: number) => {
      this.#read(Buffer.from(incoming.subarray(0, bytes)));
      return true;
    };
    this.#socket = owner
      .connect({ buffer: incoming, callback })
      .on('error', (cause: Error) => this.#fail(cause))
      .on('end', () => this.#fail(new Error('the server closed the connection')))
      .on('close', () => this.#fail(new Error('the connection was closed')));
    this.carry(call);
  }

  /** A socket that is not connected yet sends the call when it is. */
  carry(call: Call): void {
    this.#call = call;
    this.#looks = 0;
    this.#socket.ref();
    this.#socket.write(call.text);
  }

  close(): void {
    this.#fail(new Error('the client was closed'));
  }

  look(timeoutLooks: number): void {
    if (this.#looks++ < (this.#call ? timeoutLooks : idleLooks)) return;
    this.#fail(Object.assign(new Error('the server did not answer in time'), { name: 'TimeoutError' }));
  }

  #read(chunk: Buffer): void {
    this.#looks = 0;
    const call = this.#call;
    // Nothing was asked for, so a call that came later would take these bytes for its answer.
    if (!call) {
      this.#fail(new Error('bytes came without a call'));
      return;
    }
    try {
      const answer = this.#reader.add(chunk);
      if (!answer) return;
      this.#call = undefined;
      this.#reader = new AnswerReader();
      call.resolve(answer);
      // A connection without a call keeps no process alive.
      this.#socket.unref();
      if (answer.keepsAlive) this.#owner.onFree(this);
      else this.close();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** Ends the connection. The first reason that is given counts. */
  #fail(error: Error): void {
    const call = this.#call;
    this.#call = undefined;
    this.#socket.destroy();
    call?.reject(named(error, this.#reader.hasHead));
    this.#owner.onClose(this);
  }
}

/** Errors of the network have a code by which the SDK knows them. */
function named(error: Error, hasHead: boolean): Error {
  const { code } = error as { code?: string };
  if (hasHead || code?.endsWith('_TIMEOUT')) return Object.assign(error, { name: 'TimeoutError' });
  if (code === undefined && error.name === 'Error') return Object.assign(error, { name: 'RequestTimeout' });
  return error;
}

function textOf({ path, headers, body }: Request): string {
  let head = `POST ${path} HTTP/1.1\r\n`;
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
