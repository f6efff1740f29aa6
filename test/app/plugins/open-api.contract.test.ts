import { expect } from 'chai';
import fc from 'fast-check';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import {
  bodySchema,
  expectDocumented,
  isProtected,
  type Json,
  type Operation,
  operationsOf,
} from '../../support/contract-document.ts';
import { allowed, refused, type Sample } from '../../support/contract-requests.ts';
import { type ContractWorld, contractWorld } from '../../support/contract-world.ts';
import { hangLimit, sized } from '../../support/rounds.ts';

/** What depends on what is there, so that no schema can say it. */
const stateDependent = [404, 409, 410, 412, 422];

/** What a request is wrong by although every part of it is right. schemathesis.toml has the same rules. */
const beyondSchema: Readonly<Record<string, (sample: Sample) => boolean>> = {
  getRates: ({ query: { date_from, date_to } }) => {
    const days = (Date.parse(`${date_to}`) - Date.parse(`${date_from}`)) / 86_400_000 + 1;
    return days < 1 || days > 3660;
  },
  createUpload: ({ body: { kind, replaces, complete } }) =>
    kind === 'prices' ? complete === true : replaces !== undefined,
  setStats: ({ body: { seasons } }) =>
    new Set(seasons.map(({ season }: Json) => season)).size < seasons.length,
};

const parameters = { seed: 12, numRuns: sized(300, 20) };

describe('the contract that the OpenAPI document is', function () {
  this.timeout(hangLimit);
  let world: ContractWorld;
  let operations: Operation[];
  const succeeded = new Set<string>();

  before(async () => {
    world = await contractWorld();
    const document = (await world.test.call({ url: '/api/openapi.json' })).json();
    // Deletions come last, so that there is something to read before them.
    operations = operationsOf(document).sort(
      (a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'),
    );
    expect(operations.length).to.be.above(35);
  });
  after(() => world.close());

  async function send(
    { method, path, requestBody }: Operation,
    sample: Sample,
    headers: InjectOptions['headers'] = {},
  ): Promise<LightMyRequestResponse> {
    const type = requestBody && Object.keys(requestBody.content)[0];
    const hasBody = sample.body !== undefined;
    return world.test.call({
      method: method as 'GET',
      url: path.replaceAll(/\{([^}]*)\}/g, (_, name) => encodeURIComponent(sample.path[name] as string)),
      query: sample.query,
      headers: { ...sample.header, ...(hasBody ? { 'content-type': type } : {}), ...headers },
      ...(hasBody ? { payload: JSON.stringify(sample.body) } : {}),
    });
  }

  const valid = (operation: Operation) =>
    allowed(operation, (parameter) => world.known(operation.path, parameter));

  it('leads by its links from what was made to where it is', async () => {
    const followed: string[] = [];
    for (const operation of operations) {
      for (const [status, { links = {} }] of Object.entries(operation.responses)) {
        if (Object.keys(links).length === 0) continue;
        const [sample, body] = await answered(operation, Number(status));
        for (const { operationId, parameters } of Object.values(links)) {
          const target = operations.find((each) => each.operationId === operationId) as Operation;
          const path = Object.fromEntries(
            Object.entries(parameters).map(([name, expression]) => [
              name,
              evaluated(expression, sample, body),
            ]),
          );
          const names = target.parameters.filter((each) => each.in === 'path').map(({ name }) => name);
          expect(names, `${operation.operationId} → ${operationId}`).to.include.members(Object.keys(path));
          if (target.method !== 'GET') continue;
          const answer = await send(target, { path, query: {}, header: {}, body: undefined });
          expect(answer.statusCode, `${operation.operationId} → ${operationId} ${answer.body}`).to.equal(200);
          followed.push(`${operation.operationId} → ${operationId}`);
        }
      }
    }
    expect(followed).to.include.members([
      'createUser → getUser',
      'addVideo → listVideos',
      'createUpload → getIngest',
      'retractIngest → getIngest',
      'requestScan → getScan',
      'launchJob → getJob',
      'setProperty → getProperty',
    ]);
  });

  it('takes what the document allows', async () => {
    for (const operation of operations) {
      await fc.assert(
        fc.asyncProperty(valid(operation), async (sample) => {
          const answer = await send(operation, sample);
          expectDocumented(operation, answer);
          const shown = `${operation.operationId} ${JSON.stringify(sample)}: ${answer.statusCode} ${answer.body}`;
          const isWrong = beyondSchema[operation.operationId]?.(sample) ?? false;
          expect(answer.statusCode === 400, shown).to.equal(isWrong);
          if (answer.statusCode >= 400 && !isWrong)
            expect(answer.statusCode, shown).to.be.oneOf(stateDependent);
          if (answer.statusCode < 300) succeeded.add(operation.operationId);
        }),
        parameters,
      );
    }
    // Were there an operation that never succeeds, its answers would not be looked at.
    const all = operations.map(({ operationId }) => operationId);
    expect([...succeeded]).to.have.members(all);
  });

  it('refuses what the document does not allow', async () => {
    const broken = operations.map((operation) => [operation, refused(operation)] as const);
    for (const [operation, samples] of broken) {
      if (!samples) continue;
      await fc.assert(
        fc.asyncProperty(samples, async (sample) => {
          const answer = await send(operation, sample);
          expectDocumented(operation, answer);
          expect(answer.statusCode, `${operation.operationId} ${JSON.stringify(sample)}`).to.be.within(
            400,
            499,
          );
        }),
        parameters,
      );
    }
  });

  it('asks for the API key where the document says so, as RFC 6750 does', async () => {
    for (const operation of operations.filter(isProtected)) {
      const [sample] = fc.sample(valid(operation), { seed: 1, numRuns: 1 }) as [Sample];
      for (const [authorization, challenge] of [
        ['', /^Bearer(?!.*error=)/],
        ['Basic YTpi', /^Bearer(?!.*error=)/],
        ['Bearer wrong', /^Bearer error="invalid_token"/],
      ] as const) {
        const answer = await send(operation, sample, { authorization });
        expect(answer.statusCode, operation.operationId).to.equal(401);
        expect(answer.headers['www-authenticate'], operation.operationId).to.match(challenge);
        expectDocumented(operation, answer);
      }
    }
  });

  it('takes the types of body that the document names, and no others', async () => {
    for (const operation of operations.filter((each) => bodySchema(each) !== undefined)) {
      const named = Object.keys(operation.requestBody?.content ?? {});
      const [sample] = fc.sample(valid(operation), { seed: 1, numRuns: 1 }) as [Sample];
      for (const type of [
        'application/json',
        'application/merge-patch+json',
        'text/plain',
        'application/xml',
      ]) {
        const answer = await send(
          operation,
          { ...sample, body: sample.body ?? {} },
          { 'content-type': type },
        );
        expect(answer.statusCode !== 415, `${operation.operationId} ${type}`).to.equal(named.includes(type));
        expectDocumented(operation, answer);
      }
    }
  });

  /** A request that was answered with the status, and the answer's body. */
  async function answered(operation: Operation, status: number): Promise<[Sample, Json]> {
    for (const sample of fc.sample(valid(operation), { seed: 2, numRuns: 200 })) {
      const answer = await send(operation, sample);
      if (answer.statusCode === status) return [sample, answer.json()];
    }
    throw new Error(`${operation.operationId} never answered ${status}`);
  }
});

/** Of OpenAPI's runtime expressions, those that our links have. */
function evaluated(expression: string, sample: Sample, body: Json): string {
  const [, place, name] = /^\$(request\.path\.|response\.body#\/)(\w+)$/.exec(
    expression,
  ) as unknown as string[];
  return place === 'response.body#/' ? body[name as string] : (sample.path[name as string] as string);
}
