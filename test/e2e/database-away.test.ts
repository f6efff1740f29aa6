import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type DynamoDBEmulator, startDynamoDB } from '../../local/aws/dynamodb.ts';
import { killWithThisProcess } from '../support/emulator.ts';
import { authorization, type Service, startService } from '../support/service.ts';
import { freshTables } from '../support/tables.ts';

describe('a database that goes away and comes back', function () {
  this.timeout(30_000);
  let folder: string;
  let database: DynamoDBEmulator;
  let service: Service;

  const start = async (port?: number) =>
    killWithThisProcess(
      await startDynamoDB({ file: join(folder, 'data.db'), ...(port === undefined ? {} : { port }) }),
    );

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trellis-'));
    database = await start();
    service = await startService(await freshTables(database.endpoint));
  });
  after(async () => {
    await service.stop();
    await database.stop();
    await rm(folder, { recursive: true });
  });

  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(service.url + path, { headers, ...init });
    return {
      status: answer.status,
      retryAfter: answer.headers.get('retry-after'),
      caching: answer.headers.get('cache-control'),
      body: await answer.text(),
    };
  };
  const putPage = (string: string) =>
    ask('/api/v1/page', { method: 'PUT', body: JSON.stringify({ string }) });
  const dataRoutes = ['/page', '/api/v1/page', '/api/v1/users', '/api/v1/users/ann', '/api/v1/streams'];

  it('costs 503 with Retry-After on data routes, never the process, and is over by itself', async () => {
    expect((await putPage('before')).status).to.equal(200);
    expect((await ask('/readyz')).status).to.equal(200);

    await database.stop();
    const away = await Promise.all([
      ...dataRoutes.map((path) => ask(path)),
      putPage('while away'),
      ask('/readyz'),
    ]);
    for (const { status, retryAfter, caching, body } of away) {
      expect(status).to.equal(503);
      expect(caching).to.equal('no-store');
      expect(Number(retryAfter)).to.be.above(0);
      expect(JSON.parse(body)).to.include({ status: 503 });
    }
    expect((await ask('/livez')).status).to.equal(200);

    database = await start(Number(new URL(database.endpoint).port));
    while ((await ask('/readyz')).status !== 200);
    expect((await ask('/page')).body).to.include('<h1>The saved string is before</h1>');
    expect((await putPage('after')).status).to.equal(200);
    for (const path of dataRoutes) expect((await ask(path)).status, path).to.be.oneOf([200, 404]);
    expect(service.process.exitCode).to.equal(null);
  });

  it('costs the same when it hangs instead', async () => {
    database.process.kill('SIGSTOP');
    while (!isStopped(database.pid));
    const [page, live] = await Promise.all([ask('/page'), ask('/livez')]);
    expect([page.status, page.retryAfter, live.status]).to.deep.equal([503, '1', 200]);
    database.process.kill('SIGCONT');
    while ((await ask('/readyz')).status !== 200);
    expect((await ask('/page')).status).to.equal(200);
  });
});

/** A signal is delivered when the kernel gets to it; until then the process goes on answering. */
function isStopped(pid: number): boolean {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('T') === true;
}
