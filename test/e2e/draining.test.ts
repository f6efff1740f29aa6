import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { Pool } from 'undici';
import { type DatabaseProxy, databaseProxy } from '../../local/aws/database-proxy.ts';
import { emulator } from '../support/emulator.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { type Service, startService } from '../support/service.ts';
import { freshTables } from '../support/tables.ts';
import { together } from '../support/together.ts';

const connections = 64;

/** The test stands in for the load balancer, which goes on sending until its second failed health check. */
describe('SIGTERM', function () {
  this.timeout(30_000);
  const waits = together();
  /** A test with a service of its own, which drains for two seconds. */
  const test = (title: string, work: (service: Service, proxy: DatabaseProxy) => Promise<void>) =>
    waits(title, async () => {
      const { endpoint } = await emulator();
      const proxy = await databaseProxy(endpoint);
      const tables = { ...(await freshTables(endpoint)), endpoint: proxy.endpoint };
      const service = await startService(tables, { DRAIN_SECONDS: '2' });
      try {
        await work(service, proxy);
      } finally {
        await service.stop();
        await proxy.close();
      }
    });

  test(`fails no request on ${connections} keep-alive connections, and the process ends with 0`, async (service, proxy) => {
    // A slow database, so that many requests are under way at any moment.
    proxy.disturb({ after: () => new Promise((resolve) => setTimeout(resolve, 20)) });
    const pool = new Pool(service.url, { connections });
    const answers = { before: 0, draining: 0, closing: 0 };
    let state: 'before' | 'draining' | 'gone' = 'before';

    const send = async (client: number): Promise<void> => {
      for (let i = 0; state !== 'gone'; i++) {
        const sentWhile = state;
        const acquires = i % 2 === 0;
        const { statusCode, headers, body } = await pool.request({
          method: acquires ? 'POST' : 'GET',
          path: acquires ? '/api/v1/stream' : '/page',
          headers: acquires ? { 'content-type': 'application/json' } : {},
          body: acquires ? JSON.stringify({ stream_id: `s${client % 3}` }) : null,
        });
        await body.dump();
        expect(statusCode).to.be.oneOf([200, 201]);
        answers[sentWhile as 'before' | 'draining']++;
        if (headers.connection === 'close') answers.closing++;
      }
    };
    const clients = Array.from({ length: connections }, (_, client) => send(client));

    await until(() => answers.before > 10 * connections);
    service.process.kill('SIGTERM');
    state = 'draining';
    let failed = 0;
    while (failed < 2) failed += (await status(`${service.url}/readyz`)) === 503 ? 1 : 0;
    // Requests that the balancer sent before it noticed: they go on for a while.
    const sofar = answers.draining;
    await until(() => answers.draining > sofar + 2 * connections);
    state = 'gone';

    await Promise.all(clients);
    expect(answers.closing).to.be.above(connections);
    expect(await service.ended).to.equal(0);
    await pool.close();
  });

  test('waits for a request that is still arriving when the port is closed', async (service) => {
    const slow = await RawConnection.open(service.port);
    const body = '{"stream_id":"slow"}';
    slow.send(
      'POST /api/v1/stream HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n' +
        `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    );
    // Once a later request is answered, the service has seen the first one's beginning.
    expect(await status(`${service.url}/livez`)).to.equal(200);
    service.process.kill('SIGTERM');
    while (!(await refuses(service.port)));
    slow.send(body.slice(5));
    const answer = await slow.answer();
    expect(answer.status).to.equal(201);
    expect(answer.headers.connection).to.equal('close');
    expect(await service.ended).to.equal(0);
  });

  test('keeps liveness and lets go of idle connections', async (service) => {
    const idle = await RawConnection.open(service.port);
    idle.send('GET /livez HTTP/1.1\r\nHost: test\r\n\r\n');
    expect((await idle.answer()).status).to.equal(200);
    service.process.kill('SIGTERM');
    while ((await status(`${service.url}/readyz`)) !== 503);
    expect(await status(`${service.url}/livez`)).to.equal(200);
    expect(await service.ended).to.equal(0);
    await idle.ended;
  });
});

async function status(url: string): Promise<number> {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  return answer.status;
}

async function refuses(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return false;
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
