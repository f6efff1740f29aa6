import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export class ConnectionLost extends Error {}

/** A TCP connection on which a test writes what no HTTP client would. */
export class RawConnection {
  readonly ended: Promise<unknown>;
  readonly #socket: Socket;
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (chunk) => {
      this.#received += chunk;
    });
    // A server that has answered may reset the connection on which we are still sending.
    socket.on('error', () => {});
    this.ended = new Promise((resolve) => socket.once('close', resolve));
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  send(bytes: string | Buffer): void {
    this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** Says that nothing more will be sent, and waits until the other side has closed too. */
  async finish(): Promise<void> {
    this.#socket.end();
    await this.ended;
  }

  /** The next answer; `ConnectionLost` when the connection ends before it is whole. */
  async answer(): Promise<RawAnswer> {
    let closed = false;
    void this.ended.then(() => {
      closed = true;
    });
    for (;;) {
      const answer = this.#takeAnswer();
      if (answer) return answer;
      if (closed) throw new ConnectionLost(`the connection ended after: ${this.#received || 'nothing'}`);
      const more = new Promise((resolve) => this.#socket.once('data', resolve));
      await Promise.race([more, this.ended]);
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #takeAnswer(): RawAnswer | undefined {
    const head = this.#received.indexOf('\r\n\r\n');
    if (head < 0) return undefined;
    const [statusLine, ...lines] = this.#received.slice(0, head).split('\r\n') as [string, ...string[]];
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
    const end = head + 4 + Number(headers['content-length'] ?? 0);
    if (this.#received.length < end) return undefined;
    const body = Buffer.from(this.#received.slice(head + 4, end), 'latin1').toString();
    this.#received = this.#received.slice(end);
    return { status: Number(statusLine.split(' ')[1]), headers, body };
  }
}
