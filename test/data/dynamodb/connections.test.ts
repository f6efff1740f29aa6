import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import * as tls from 'node:tls';
import { expect } from 'chai';
import { Connections } from '../../../data/dynamodb/connections.ts';
import type { Request, Route } from '../../../data/dynamodb/direct.ts';
import { selfSigned } from '../../support/certificate.ts';
import { freePort } from '../../support/free-port.ts';
import { together } from '../../support/together.ts';

/** A server that answers when it is told to. */
interface Scripted {
  readonly connections: Connections;
  readonly route: Route;
  /** Each connection that was made, in order. */
  readonly sockets: Socket[];
  /** The next request that arrives. */
  received(): Promise<{ socket: Socket; text: string }>;
}

async function withServer(
  options: { limit?: number; timeout?: number; interval?: number },
  work: (scripted: Scripted) => Promise<void>,
  listen = (onSocket: (socket: Socket) => void) => createServer(onSocket),
): Promise<void> {
  const sockets: Socket[] = [];
  const requests: { socket: Socket; text: string }[] = [];
  const waiting: ((request: { socket: Socket; text: string }) => void)[] = [];
  const server = listen((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const request = { socket, text: String(chunk) };
      const next = waiting.shift();
      if (next) next(request);
      else requests.push(request);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const isTls = server instanceof tls.Server;
  const hostname = isTls ? 'localhost' : '127.0.0.1';
  const { port } = server.address() as AddressInfo;
  const route = { protocol: isTls ? 'https:' : 'http:', hostname, port, path: '/' };
  const connections = new Connections(route, { limit: 10, timeout: 60_000, ...options });
  const received = async () => {
    const request = requests.shift();
    return request ?? new Promise<{ socket: Socket; text: string }>((resolve) => waiting.push(resolve));
  };
  try {
    await work({ connections, route, sockets, received });
  } finally {
    connections.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

function request(route: Route, body: string): Request {
  return { ...route, method: 'POST', headers: { host: 'some', 'x-amz-target': 'T' }, body };
}

function answer(body: string, header = ''): string {
  return `HTTP/1.1 200 OK\r\n${header}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

async function bodyOf(answered: ReturnType<Connections['send']>): Promise<string> {
  return Buffer.from((await answered).response.body).toString();
}

async function failureOf(work: Promise<unknown>): Promise<Error & { code?: string }> {
  return work.then(
    () => {
      throw new Error('it succeeded');
    },
    (error) => error,
  );
}

describe('the connections to DynamoDB', () => {
  const waits = together();

  waits('send a call as HTTP has it, and the next one over the same connection', () =>
    withServer({}, async ({ connections, route, sockets, received }) => {
      for (const body of ['{"a":"é"}', '{}']) {
        const answered = connections.send(request(route, body));
        const { socket, text } = await received();
        const length = Buffer.byteLength(body);
        expect(text).to.equal(
          `POST / HTTP/1.1\r\nhost: some\r\nx-amz-target: T\r\ncontent-length: ${length}\r\n\r\n${body}`,
        );
        socket.write(answer(`"${body.length} é"`));
        expect(await bodyOf(answered)).to.equal(`"${body.length} é"`);
      }
      expect(sockets).to.have.length(1);
    }),
  );

  waits('carry one call at a time each, and let calls beyond the limit wait', () =>
    withServer({ limit: 2 }, async ({ connections, route, sockets, received }) => {
      const answered = ['1', '2', '3', '4'].map((body) => bodyOf(connections.send(request(route, body))));
      for (let i = 0; i < 4; i++) {
        const { socket, text } = await received();
        socket.write(answer(text.slice(-1)));
      }
      expect(await Promise.all(answered)).to.deep.equal(['1', '2', '3', '4']);
      expect(sockets).to.have.length(2);
    }),
  );

  waits('give the answer to a large call in parts', () =>
    withServer({}, async ({ connections, route, received }) => {
      const answered = connections.send(request(route, '1'));
      const large = JSON.stringify('é'.repeat(200_000));
      (await received()).socket.write(answer(large));
      expect(await bodyOf(answered)).to.equal(large);
    }),
  );

  waits('do not use a connection again that the server closes', () =>
    withServer({}, async ({ connections, route, sockets, received }) => {
      const first = connections.send(request(route, '1'));
      (await received()).socket.write(answer('1', 'connection: close\r\n'));
      await first;
      const second = connections.send(request(route, '2'));
      const { socket } = await received();
      socket.write(answer('2'));
      await second;
      socket.end();
      await once(socket, 'close');
      const third = connections.send(request(route, '3'));
      (await received()).socket.write(answer('3'));
      expect(await bodyOf(third)).to.equal('3');
      expect(sockets).to.have.length(3);
    }),
  );

  waits('take no bytes for an answer that came before the call', () =>
    withServer({}, async ({ connections, route, received }) => {
      const first = connections.send(request(route, '1'));
      const { socket } = await received();
      socket.write(answer('1'));
      await first;
      socket.write(answer('forged'));
      await once(socket, 'close');
      const second = connections.send(request(route, '2'));
      (await received()).socket.write(answer('2'));
      expect(await bodyOf(second)).to.equal('2');
    }),
  );

  waits('fail a call that is cut off, by names that let the SDK repeat it', () =>
    withServer({}, async ({ connections, route, received }) => {
      const before = failureOf(connections.send(request(route, '1')));
      (await received()).socket.end();
      expect((await before).name).to.equal('RequestTimeout');
      const within = failureOf(connections.send(request(route, '1')));
      (await received()).socket.end(answer('12').slice(0, -1));
      expect((await within).name).to.equal('TimeoutError');
    }),
  );

  waits('fail a call that is not answered in time', () =>
    withServer({ timeout: 1, interval: 20 }, async ({ connections, route }) => {
      const error = await failureOf(connections.send(request(route, '1')));
      expect(error.name).to.equal('TimeoutError');
    }),
  );

  waits('make room for the next call when one has failed', () =>
    withServer({ limit: 1 }, async ({ connections, route, received }) => {
      const failed = failureOf(connections.send(request(route, '1')));
      const next = connections.send(request(route, '2'));
      (await received()).socket.destroy();
      await failed;
      (await received()).socket.write(answer('2'));
      expect(await bodyOf(next)).to.equal('2');
    }),
  );

  waits('close what is not used for a while', () =>
    withServer({ interval: 5 }, async ({ connections, route, sockets, received }) => {
      const answered = connections.send(request(route, '1'));
      (await received()).socket.write(answer('1'));
      await answered;
      await once(sockets[0] as Socket, 'close');
    }),
  );

  waits('are closed when they have carried their call', () =>
    withServer({}, async ({ connections, route, received }) => {
      const answered = connections.send(request(route, '1'));
      const { socket } = await received();
      connections.close();
      socket.write(answer('1'));
      expect(await bodyOf(answered)).to.equal('1');
      await once(socket, 'close');
    }),
  );

  waits('tell each call that nothing listens', async () => {
    const route = { protocol: 'http:', hostname: '127.0.0.1', port: await freePort(), path: '/' };
    const connections = new Connections(route, { limit: 1, timeout: 60_000 });
    const failures = ['1', '2', '3'].map((body) => failureOf(connections.send(request(route, body))));
    for (const failure of await Promise.all(failures)) expect(failure.code).to.equal('ECONNREFUSED');
  });

  waits('speak TLS with a server whose certificate is trusted, and with no other', async () => {
    const { key, cert } = selfSigned('localhost');
    const listen = (onSocket: (socket: Socket) => void) => tls.createServer({ key, cert }, onSocket);
    await withServer(
      {},
      async ({ connections, route, received }) => {
        const trusted = tls.getCACertificates('default');
        const refused = await failureOf(connections.send(request(route, '1')));
        expect(refused.code).to.equal('DEPTH_ZERO_SELF_SIGNED_CERT');
        try {
          tls.setDefaultCACertificates([...trusted, cert]);
          for (const [header, isReused] of [['connection: close\r\n', false] as const, ['', true] as const]) {
            const answered = connections.send(request(route, '{}'));
            const { socket, text } = await received();
            expect(text).to.match(/^POST \/ HTTP\/1\.1\r\n.*\r\n\r\n\{\}$/s);
            expect(socket).to.have.property('servername', 'localhost');
            expect((socket as tls.TLSSocket).isSessionReused(), 'a short handshake').to.equal(isReused);
            socket.write(answer('"é"', header));
            expect(await bodyOf(answered)).to.equal('"é"');
          }
        } finally {
          tls.setDefaultCACertificates(trusted);
        }
      },
      listen,
    );
  });
});
