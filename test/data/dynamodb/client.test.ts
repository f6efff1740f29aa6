import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { createDynamoDBClient } from '../../../data/dynamodb/client.ts';
import { requestContext } from '../../../data/request-context.ts';
import { Signer } from '../../../data/signer.ts';
import { isUnavailable } from '../../../data/unavailable.ts';
import { freePort } from '../../support/free-port.ts';
import { together } from '../../support/together.ts';

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' };
const getItem = new GetItemCommand({ TableName: 'some', Key: { id: { S: 'é' } } });
const putItem = new PutItemCommand({ TableName: 'some', Item: { id: { S: 'a' } } });

type Answer =
  | [status: number, body: object]
  | 'silence'
  | 'cut off'
  | 'half a body'
  | 'a stalled body'
  | 'no JSON'
  | 'in chunks'
  | 'no HTTP';
interface Received {
  method: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A database that gives the answers it was told, and a client of it. */
interface Scripted {
  readonly port: number;
  readonly client: DynamoDBClient;
  readonly received: Received[];
  /** Calls that nothing was answered to. */
  readonly silent: { target: string; response: ServerResponse }[];
}

/** Does the work with a database and a client of its own. A client that is warm passes the SDK by (direct.ts). */
async function withAnswers(
  given: readonly Answer[],
  work: (scripted: Scripted) => Promise<void>,
  isWarm: boolean,
) {
  const answers: Answer[] = isWarm ? [[200, {}], ...given] : [...given];
  const received: Received[] = [];
  const silent: Scripted['silent'] = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const body = Buffer.concat(chunks).toString();
    received.push({ method: request.method as string, headers: request.headers, body });
    const answer = answers.shift() ?? [200, {}];
    if (answer === 'silence')
      return void silent.push({ target: `${request.headers['x-amz-target']}`, response });
    if (answer === 'cut off') return void request.socket.destroy();
    if (answer === 'no HTTP') return void request.socket.end('what?\r\n\r\n');
    if (answer === 'no JSON') return void response.end('{"Item":{"id":');
    if (answer === 'in chunks') return void response.writeHead(200).end('{}');
    if (typeof answer === 'string') {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"Item":', () => {
        if (answer === 'half a body') request.socket.destroy();
      });
      return;
    }
    // Node tells the length of a body that ends before its head was written.
    response.statusCode = answer[0];
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(answer[1]));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = clientOf(port);
  try {
    if (isWarm) await client.send(getItem);
    received.length = 0;
    await work({ port, client, received, silent });
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
}

function clientOf(port: number, attemptTimeout?: number): DynamoDBClient {
  const endpoint = `http://127.0.0.1:${port}`;
  return createDynamoDBClient({ endpoint, region: 'eu-west-1', credentials }, attemptTimeout);
}

describe('the DynamoDB client', () => {
  const waits = together();
  const test = (title: string, answers: readonly Answer[], work: (scripted: Scripted) => Promise<void>) => {
    waits(title, () => withAnswers(answers, work, false));
    waits(`${title}; warm`, () => withAnswers(answers, work, true));
  };

  const found: Answer = [200, { Item: { id: { S: 'é' } } }];
  test('sends what it signed, and nothing that nobody reads', [found], async ({ client, received }) => {
    expect((await client.send(getItem)).Item).to.deep.equal({ id: { S: 'é' } });
    const { headers, body, method } = received[0] as Received;
    expect(headers).not.to.have.any.keys('x-amz-user-agent', 'user-agent', 'x-amzn-trace-id');
    expect(headers['content-length']).to.equal(String(Buffer.byteLength(body)));

    const signed = /SignedHeaders=([^,]*),/
      .exec(headers.authorization as string)?.[1]
      ?.split(';') as string[];
    expect(signed).to.include.members(['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target']);
    const again = {
      method,
      path: '/',
      headers: Object.fromEntries(signed.map((name) => [name, headers[name] as string])),
      body,
    };
    const at = (headers['x-amz-date'] as string).replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:');
    new Signer({ region: 'eu-west-1', service: 'dynamodb' }).sign(again, credentials, new Date(at));
    expect(again.headers.authorization).to.equal(headers.authorization);
  });

  const temporary: [string, Answer][] = [
    ['a 500', [500, { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError' }]],
    ['a 503', [503, {}]],
    ['throttling', [400, { __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException' }]],
    [
      'no capacity',
      [400, { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' }],
    ],
    ['a connection cut off', 'cut off'],
    [
      'a transaction on the item',
      [400, { __type: 'com.amazonaws.dynamodb.v20120810#TransactionConflictException' }],
    ],
    ['a cancelled transaction that met another', cancelled('None', 'TransactionConflict')],
    ['a transaction cancelled by throttling', cancelled('None', 'ThrottlingError')],
    ['a transaction cancelled for want of capacity', cancelled('ProvisionedThroughputExceeded')],
    ['an answer whose body is cut off', 'half a body'],
    ['an answer whose body stalls', 'a stalled body'],
    ['an answer that is no JSON', 'no JSON'],
  ];
  for (const [name, answer] of temporary) {
    test(`tries again after ${name}`, [answer, answer, [200, {}]], async ({ client, received }) => {
      await client.send(putItem);
      expect(received).to.have.length(3);
    });

    const title = `gives up after three times ${name}, which then counts as the database being away`;
    test(title, [answer, answer, answer, [200, {}]], async ({ client, received }) => {
      const error = await failure(client.send(putItem));
      expect(isUnavailable(error), `${error}`).to.equal(true);
      expect(received).to.have.length(3);
    });
  }

  const final: [string, Answer][] = [
    [
      'a failed condition',
      [400, { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException' }],
    ],
    ['invalid input', [400, { __type: 'com.amazon.coral.validate#ValidationException' }]],
    ['a transaction whose condition failed', cancelled('TransactionConflict', 'ConditionalCheckFailed')],
    ['a throttled one whose condition failed', cancelled('ThrottlingError', 'ConditionalCheckFailed')],
  ];
  for (const [name, answer] of final) {
    test(`does not try again after ${name}`, [answer], async ({ client, received }) => {
      const error = await failure(client.send(putItem));
      expect(isUnavailable(error), `${error}`).to.equal(false);
      expect(received).to.have.length(1);
    });
  }

  const quotaAnswers: Answer[] = [[500, {}], (final[0] as [string, Answer])[1], [200, {}], [200, {}]];
  test('fills the quota of repetitions up by calls that succeed', quotaAnswers, async ({ client }) => {
    const quota = (await client.config.retryStrategy()) as unknown as { getCapacity(): number };
    const full = quota.getCapacity();
    await failure(client.send(putItem));
    const after = quota.getCapacity();
    expect(after).to.be.below(full);
    await client.send(getItem);
    await client.send(getItem);
    expect(quota.getCapacity()).to.equal(after + 2);
  });

  test('gives a silent attempt up and tries again', ['silence', [200, {}]], async ({ client, received }) => {
    await client.send(getItem);
    expect(received).to.have.length(2);
  });

  const silences: Answer[] = Array(9).fill('silence');
  test('throws when every attempt is met with silence', silences, async ({ client, received }) => {
    const error = await failure(client.send(getItem));
    expect(isUnavailable(error), `${error}`).to.equal(true);
    expect(received).to.have.length(3);
  });

  const patience = 'waits for a job, which may take its time, longer than for a request';
  test(patience, silences, async ({ client, port, received, silent }) => {
    const patient = clientOf(port, 60_000);
    const put = patient.send(putItem);
    await failure(client.send(getItem));
    silent.find(({ target }) => target.endsWith('PutItem'))?.response.end('{}');
    await put;
    expect(received).to.have.length(4);
    patient.destroy();
  });

  it('takes a refused connection for a database that is away', async () => {
    const nowhere = clientOf(await freePort());
    const error = await failure(nowhere.send(getItem));
    expect(isUnavailable(error), `${error}`).to.equal(true);
    nowhere.destroy();
  });

  const noHttp: Answer[] = ['no HTTP', 'no HTTP', 'no HTTP'];
  test('takes an answer that is no HTTP for a database that is away', noHttp, async ({ client }) => {
    const error = await failure(client.send(getItem));
    expect(isUnavailable(error), `${error}`).to.equal(true);
  });

  it('takes our own mistakes for what they are', () => {
    for (const error of [new Error('x'), new TypeError('x'), 'ECONNREFUSED', undefined]) {
      expect(isUnavailable(error)).to.equal(false);
    }
  });

  const item: Answer = [200, { Item: { id: { S: 'é' }, sum: { N: '1' }, ids: { SS: ['a'] } }, Extra: 1 }];
  test('gives what the SDK gives', [item], async ({ client }) => {
    const { Item } = await client.send(getItem);
    expect(Item).to.deep.equal({ id: { S: 'é' }, sum: { N: '1' }, ids: { SS: ['a'] } });
  });

  const expired: Answer = [400, { __type: 'com.amazon.coral.service#ExpiredTokenException' }];
  test('gives the error of the SDK', [expired], async ({ client }) => {
    expect(await failure(client.send(getItem))).to.include({ name: 'ExpiredTokenException' });
  });

  it('sends a call once the SDK knows the endpoint, with the credentials of that moment', async () => {
    await withAnswers(
      [],
      async ({ port, received }) => {
        let accessKeyId = 'A';
        const endpoint = `http://127.0.0.1:${port}`;
        const provider = async () => ({ accessKeyId, secretAccessKey: 'x', expiration: new Date() });
        const client = createDynamoDBClient({ endpoint, region: 'eu-west-1', credentials: provider });
        for (accessKeyId of ['A', 'B', 'C']) await client.send(getItem);
        client.destroy();
        expect(received.map(({ headers }) => 'amz-sdk-invocation-id' in headers)).to.deep.equal([
          true,
          false,
          false,
        ]);
        received.forEach(({ headers }, i) => {
          expect(headers.authorization).to.contain(`Credential=${'ABC'[i]}/`);
        });
      },
      false,
    );
  });

  it('leaves a server that tells no lengths to the SDK, and sends it no call twice', async () => {
    await withAnswers(
      Array(3).fill('in chunks'),
      async ({ client, received }) => {
        for (let i = 0; i < 3; i++) await client.send(getItem);
        expect(received).to.have.length(3);
        for (const { headers } of received) expect(headers).to.have.property('amz-sdk-invocation-id');
      },
      false,
    );
  });

  test('adds the time of its calls to the request that makes them', [], async ({ client }) => {
    const context = { id: 'some', start: 0, database: 0 };
    await requestContext.run(context, async () => client.send(getItem));
    expect(context.database).to.be.above(0);
  });
});

function cancelled(...codes: string[]): Answer {
  return [
    400,
    {
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      CancellationReasons: codes.map((Code) => ({ Code })),
    },
  ];
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it succeeded');
}
