import { parseArgs } from 'node:util';
import { startPlatform } from './platform.ts';
import { defaultStateDirectory, State } from './state.ts';

const help = `npm start -- [options]     the whole system on this machine, behind one address
npm run dev -- [options]   the same; the service restarts when its sources change

  --fresh          forget all data of earlier runs
  --state <dir>    where data, API key and logs are kept (default: ${defaultStateDirectory})
  --help

PORT                        the port to use (default: 8080)
TRELLIS_API_KEY             the API key (default: one made at the first start and kept)
AWS_ENDPOINT_URL_DYNAMODB   use this DynamoDB instead of the emulator
TRELLIS_NOTIFY_URL          gets a POST for every file that fails (a Slack webhook, say; default: the terminal)`;

const { values } = parseArgs({
  options: {
    fresh: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    state: { type: 'string', default: defaultStateDirectory },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(help);
} else {
  await main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

async function main(): Promise<void> {
  const state = new State(values.state);
  if (values.fresh && !state.currentRun()) state.forget();
  const platform = await startPlatform({
    state,
    port: port(),
    watch: values.watch,
    show: (line) => console.error(line),
  });
  console.log(welcome(platform.url, platform.apiKey, state.directory));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      console.log('\nstopping');
      void platform.stop().then(() => process.exit(0));
    });
  }
}

function port(): number {
  const value = Number(process.env.PORT ?? 8080);
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    throw new Error(`PORT must be 1 to 65535, not "${process.env.PORT}"`);
  return value;
}

function welcome(url: string, apiKey: string, directory: string): string {
  return `
Trellis is up.

  site      ${url}/
  page      ${url}/page
  API       ${url}/api/docs
  API key   ${apiKey}

Try:

  curl ${url}/page
  curl -X PUT ${url}/api/v1/page -H 'Authorization: Bearer ${apiKey}' -H 'Content-Type: application/json' -d '{"string":"new string"}'
  curl -X POST ${url}/api/v1/stream

Ctrl-C stops everything. Data stays in ${directory}; npm start -- --fresh forgets it.
`;
}
