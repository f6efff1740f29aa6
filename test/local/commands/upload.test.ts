import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { acceptableName, call } from '../../../local/commands/upload-file.ts';
import type { Answer } from '../../support/app.ts';
import { type LaptopIngest, startIngest } from '../../support/laptop-ingest.ts';
import { runScript } from '../../support/run-script.ts';
import { apiKey } from '../../support/service.ts';
import { together } from '../../support/together.ts';

describe('npm run upload', () => {
  let harness: LaptopIngest;
  let url: string;
  before(async () => {
    harness = await startIngest();
    url = await harness.app.listen({ port: 0 });
  });
  after(() => harness.stop());

  function upload(...options: string[]) {
    return runScript('local/commands/upload.ts', ['--state', harness.directory, ...options], {
      TRELLIS_API_KEY: apiKey,
    });
  }

  function file(name: string, content: string | Uint8Array): string {
    const path = join(harness.directory, name);
    writeFileSync(path, content);
    return path;
  }

  // The first, since it looks at all files that there are.
  it('uploads files and follows them to their ends', async () => {
    const large = file('large.csv', new Uint8Array(9 * 2 ** 20));
    const small = file('größe (1).csv', 'rows');
    const { output, errors, code } = await upload(large, small, '--kind', 'prices', '--watch', '--url', url);
    expect({ errors, code }).to.deep.equal({ errors: '', code: 0 });
    expect(output.match(/committed {2}3 rows read, 3 accepted, 0 rejected/g)).to.have.length(2);
    const { items } = await harness.call('GET', '/api/v1/ingests');
    expect(
      items.map(({ file_name, size }: { file_name: string; size: number }) => [file_name, size]),
    ).to.deep.equal([
      ['gr__e (1).csv', 4],
      ['large.csv', 9 * 2 ** 20],
    ]);
  });

  const test = together(3);

  test('says so when a file is rejected, unless its good rows are enough', async () => {
    const bad = file('bad.csv', 'rows');
    const strict = await upload(bad, '--kind', 'prices', '--watch', '--url', url);
    expect(strict.output).to.include('line 2 is bad');
    expect(strict.code).to.equal(1);
    const partial = await upload(bad, '--kind', 'prices', '--partial', '--watch', '--url', url);
    expect(partial.code).to.equal(0);
  });

  for (const [name, knowing] of [
    ['is told when they end', true],
    ['hears of it from S3 alone', false],
  ] as const) {
    test(`renews URLs that expire on the way, when it ${name}`, async () => {
      const renewals: string[] = [];
      const old = await agingProxy(url, knowing, renewals);
      const large = file(`large-${name}.csv`, new Uint8Array(9 * 2 ** 20 + Number(knowing)));
      const small = file(`slow-${name}.csv`, `rows ${name}`);
      const { output, errors, code } = await upload(
        large,
        small,
        '--kind',
        'prices',
        '--watch',
        '--url',
        old.url,
      );
      old.server.close();
      expect({ errors, code }).to.deep.equal({ errors: '', code: 0 });
      expect(output.match(/committed/g)).to.have.length(2);
      expect(renewals.sort()).to.deep.equal(['{"parts":[1]}', '{"parts":[2]}', '{}']);
    });
  }

  test('ends with 1 when one of its files fails, and gives all of them as JSON', async () => {
    const [good, poison] = [file('good.csv', 'good'), file('poison.csv', 'poison')];
    const { output, errors, code } = await upload(
      ...[poison, good, '--kind', 'prices', '--watch', '--json', '--url', url],
    );
    expect({ errors, code }).to.deep.equal({ errors: '', code: 1 });
    const uploaded = JSON.parse(output) as { file: string; ingest: Answer }[];
    expect(uploaded.map(({ file, ingest }) => [file, ingest.state])).to.deep.equal([
      [poison, 'failed'],
      [good, 'committed'],
    ]);
    const stored = await harness.call('GET', `/api/v1/ingests/${uploaded[1]?.ingest.id}`);
    expect(uploaded[1]?.ingest).to.deep.equal(stored);
  });

  test('ends with 1 when a file cannot be uploaded, and tells of those before it', async () => {
    const there = file('there.csv', 'there');
    const options = ['--kind', 'prices', '--json', '--url', url];
    const { output, errors, code } = await upload(there, join(harness.directory, 'none.csv'), ...options);
    expect(code).to.equal(1);
    expect(errors).to.include('ENOENT');
    const [only, ...more] = JSON.parse(output);
    expect(more).to.deep.equal([]);
    expect(only.file).to.equal(there);
    expect(await harness.call('GET', `/api/v1/ingests/${only.ingest.id}`)).to.include({ id: only.ingest.id });
  });

  test('goes on when the service asks to come back later', async () => {
    let refusals = 0;
    const busy = createServer((incoming, outgoing) => {
      if (incoming.method === 'GET' && refusals++ === 0)
        return outgoing.writeHead(503, { 'retry-after': '1' }).end();
      const { method, headers } = incoming;
      const passed = request(url + incoming.url, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode as number, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(passed);
    }).listen(0);
    await once(busy, 'listening');
    const address = `http://localhost:${(busy.address() as AddressInfo).port}`;
    const { errors, code } = await upload(
      file('busy.csv', 'busy'),
      '--kind',
      'prices',
      '--watch',
      '--url',
      address,
    );
    busy.close();
    expect({ errors, code }).to.deep.equal({ errors: '', code: 0 });
    expect(refusals).to.be.above(1);
  });

  test('explains itself, and what is wrong', async () => {
    expect((await upload('--help')).output).to.include('--watch');
    expect(await upload())
      .to.include({ code: 2 })
      .and.property('errors')
      .to.include('name at least one file');
    expect((await upload('x.csv', '--kind', 'prizes')).errors).to.include('prices, ports, regions');
    expect((await upload('x.csv', '--kind', 'prices')).errors).to.include('npm start');
    const missing = await upload(join(harness.directory, 'none.csv'), '--kind', 'prices', '--url', url);
    expect(missing.errors).to.include('ENOENT');
    expect(missing.code).to.equal(1);
  });

  it('says once why the service refuses a file', async () => {
    const id = randomUUID();
    const body = { kind: 'prices', file_name: 'a.csv', size: 1, replaces: id };
    const refusal = (of: object) =>
      call({ url, apiKey }, 'POST', '/api/v1/uploads', of).then(
        () => 'none',
        ({ message }: Error) => message,
      );
    expect(await refusal(body)).to.equal(
      `POST /api/v1/uploads answered 409: body.replaces names no file: ${id}`,
    );
    const several = await refusal({ ...body, kind: 'prizes', size: -1 });
    expect(several).to.include('; body.kind ').and.to.include('; body.size ');
  });

  it('makes a name that the API takes of any', () => {
    const names = ['/tmp/a.csv', '.hidden', '-rf', 'Ä.csv', 'a\n.csv', `${'x'.repeat(140)}.csv`, '日本'];
    for (const name of names)
      expect(acceptableName(name)).to.match(/^[A-Za-z0-9_][A-Za-z0-9_ .,()+@=-]{0,127}$/);
    expect(acceptableName('/tmp/a.csv')).to.equal('a.csv');
  });
});

/**
 * Stands before the service and hands on its URLs as if it had signed them two hours ago.
 *
 * @param renewals gets the bodies of requests for new ones, which it hands on as they are
 */
async function agingProxy(upstream: string, knowing: boolean, renewals: string[]) {
  const longAgo = new Date(Date.now() - 7_200_000).toISOString();
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const body = await text(incoming);
    if (url.endsWith('/urls')) renewals.push(body);
    const { authorization = '' } = headers;
    const answer = await fetch(upstream + url, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body ? { body } : {}),
    });
    let answered = await answer.text();
    if (method === 'POST' && url === '/api/v1/uploads') {
      answered = answered.replace(/X-Amz-Date=\w+/g, `X-Amz-Date=${longAgo.replace(/[-:]|\.\d{3}/g, '')}`);
      if (knowing) answered = answered.replace(/"expires_at":"[^"]+"/, `"expires_at":"${longAgo}"`);
    }
    outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(answered);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
