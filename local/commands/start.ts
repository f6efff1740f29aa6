import { enableCompileCache } from 'node:module';
import { Misuse, runCommand, wholeNumber } from '../../scripts/command.ts';
import { defaultStateDirectory, State } from '../state.ts';

/** Milliseconds within which everything must have stopped. */
const stopLimit = 10_000;
/** Milliseconds between two checks whether npm still runs. */
const parentInterval = 500;

await runCommand({
  name: 'npm start',
  help: `-- [options]     the whole system on this machine, behind one address
npm run dev -- [options]   the same; the service restarts when its sources change

  --fresh          delete all data of earlier runs
  --state <dir>    where data, API key and logs are kept (default: ${defaultStateDirectory})
  --help

PORT                        the port to use, 0 for a free one (default: 8080)
TRELLIS_API_KEY             the API key (default: one made at the first start and kept)
AWS_ENDPOINT_URL_DYNAMODB   use this DynamoDB instead of the emulator, with the AWS variables that are set
TRELLIS_NOTIFY_URL          gets a POST for the end of every file and scan (a Slack webhook, say; default: the terminal)
LOG_LEVEL                   what the service logs (default: info); warnings and errors are shown here too

Ctrl-C, SIGTERM or closing the terminal stops everything.
Exit codes: 0 stopped as asked, 1 could not start or go on, 2 a wrong option or setting.`,
  options: {
    fresh: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    state: { type: 'string', default: defaultStateDirectory },
  },
  run: async ({ fresh, watch, state: directory }) => {
    const signal = stopRequests();
    const port = wholeNumber('PORT', process.env.PORT ?? '8080', 0, 65_535);
    for (const name of ['AWS_ENDPOINT_URL_DYNAMODB', 'TRELLIS_NOTIFY_URL']) refuseUnlessUrl(name);
    const state = new State(directory);
    // For this process and for those that it starts: the service and each job start in a third of the time.
    process.env.NODE_COMPILE_CACHE ??= state.path('compiled');
    enableCompileCache(process.env.NODE_COMPILE_CACHE);
    const { startPlatform } = await import('../platform.ts');
    const show = (line: string) => console.error(line);
    try {
      const platform = await startPlatform({ state, port, fresh, watch, show, signal });
      console.log(welcome(platform.url, platform.apiKey, state.directory));
      await platform.broken.finally(() => platform.stop());
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
});
// Work that was aborted half-way, such as a build of the site, must not keep this process alive.
process.exit();

/** Listens from the first moment on, so that a start too is stopped in order. Ctrl-C may reach this process twice: from the
 * terminal and from npm. */
function stopRequests(): AbortSignal {
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) return;
    console.error('\nstopping the service, its jobs and the database');
    stopping.abort();
    setTimeout(() => {
      console.error(`not all parts stopped within ${stopLimit / 1000} s; the others are killed now`);
      process.exit(1);
    }, stopLimit).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // npm passes only SIGTERM on. When something else ends npm, its child sees only that its parent has changed.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event)
    setInterval(() => process.ppid === parent || stop(), parentInterval).unref();
  return stopping.signal;
}

function refuseUnlessUrl(name: string): void {
  const value = process.env[name];
  if (value && !/^https?:$/.test(URL.parse(value)?.protocol ?? ''))
    throw new Misuse(`${name} must be a URL such as http://localhost:8000, not "${value}"`);
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

Ctrl-C stops everything. Data stays in ${directory}; npm start -- --fresh deletes it.
`;
}
