import { readFileSync } from 'node:fs';
import { runCommand } from '../../scripts/command.ts';
import { type Api, apiHelp, apiOptions, findApi } from './api.ts';
import { type SamplePlayers, type Seeded, seedPlayers } from './seed/players.ts';
import { seedRates } from './seed/rates.ts';

interface Samples extends SamplePlayers {
  readonly string: string;
  readonly users: readonly { readonly username: string; readonly [field: string]: unknown }[];
}

await runCommand({
  name: 'npm run seed',
  help: `-- [options]   loads sample data into the running system; run twice, it changes nothing

  --json           in the end: {url, seeded: [{kind, name, was_there}]}
  ${apiHelp}
  --help

Exit codes: 0 all samples are loaded, 1 some are not, 2 called wrongly.`,
  options: { json: { type: 'boolean', default: false }, ...apiOptions },
  run: async (values) => {
    const api = findApi(values);
    const seeded: Seeded[] = [];
    await seed(api, (entry) => {
      seeded.push(entry);
      if (!values.json)
        console.log(`${entry.kind.padEnd(14)} ${entry.name}${entry.was_there ? ' (was there)' : ''}`);
    });
    console.log(values.json ? JSON.stringify({ url: api.url, seeded }, null, 2) : `\nSee it: ${api.url}`);
  },
});

/** Calls the API, so that samples pass the same checks as all data. */
async function seed({ url, apiKey }: Api, seeded: (entry: Seeded) => void): Promise<void> {
  const samples = JSON.parse(readFileSync(new URL('seed/samples.json', import.meta.url), 'utf8')) as Samples;
  await call('PUT', '/api/v1/page', [200], { string: samples.string });
  seeded({ kind: 'saved string', name: samples.string, was_there: false });
  for (const user of samples.users) {
    const { status } = await call('POST', '/api/v1/users', [201, 409], user);
    seeded({ kind: 'user', name: user.username, was_there: status === 409 });
  }
  await seedPlayers(samples, call, url, seeded);
  await seedRates({ url, apiKey }, seeded);

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
