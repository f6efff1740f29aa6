import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type SamplePlayers, seedPlayers } from './seed-players.ts';
import { seedRates } from './seed-rates.ts';
import { defaultStateDirectory, State } from './state.ts';

const help = `npm run seed -- [options]   loads sample data into the running system; run twice, it changes nothing

  --url <url>      a system elsewhere; its API key is taken from TRELLIS_API_KEY (default: the local one)
  --state <dir>    state directory of the local system (default: ${defaultStateDirectory})
  --help`;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    state: { type: 'string', default: defaultStateDirectory },
    help: { type: 'boolean', default: false },
  },
});

interface Samples extends SamplePlayers {
  readonly string: string;
  readonly users: readonly { readonly username: string; readonly [field: string]: unknown }[];
}

if (values.help) {
  console.log(help);
} else {
  await seed().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

/** Goes through the API, so that samples pass the same checks as anybody's data. */
async function seed(): Promise<void> {
  const state = new State(values.state);
  const url = values.url ?? state.currentRun()?.url;
  if (!url) throw new Error('nothing runs here: start it with npm start, or name a system with --url');
  const apiKey = state.apiKey();

  const samples = JSON.parse(readFileSync(new URL('samples.json', import.meta.url), 'utf8')) as Samples;
  await call('PUT', '/api/v1/page', [200], { string: samples.string });
  console.log(`saved string   ${samples.string}`);
  for (const user of samples.users) {
    const { status } = await call('POST', '/api/v1/users', [201, 409], user);
    console.log(`user           ${user.username}${status === 409 ? ' (was there)' : ''}`);
  }
  await seedPlayers(samples, call, url);
  await seedRates({ url, apiKey });
  console.log(`\nSee it: ${url}`);

  async function call(
    method: string,
    path: string,
    expected: readonly number[],
    body?: unknown,
  ): Promise<Response> {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!expected.includes(answer.status))
      throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer;
  }
}
