import type { AddressInfo } from 'node:net';
import { readSettings } from '../app/config.ts';
import { environment } from '../contract/environment.ts';
import { Misuse } from '../scripts/command.ts';
import { buildSite } from '../site/build.ts';
import { makeTables, startDatabase } from './aws/database.ts';
import type { DynamoDBEmulator } from './aws/dynamodb.ts';
import type { Executor } from './aws/executor.ts';
import { createGateway } from './aws/gateway.ts';
import { startStatesApi } from './aws/states-api.ts';
import { tableEnvironment } from './aws/tables.ts';
import { type IngestOverrides, prepareIngest } from './ingest/prepare.ts';
import { portHolder } from './port-holder.ts';
import { prepareScans, type ScansOverrides } from './scans/prepare.ts';
import { type Service, startService } from './service.ts';
import type { State } from './state.ts';
import { openHistory } from './tasks/history.ts';
import { startLaptopTasks } from './tasks/prepare.ts';

export interface PlatformOptions {
  readonly state: State;
  /** The one port that people use, 0 for a free one. All other parts take free ports. */
  readonly port: number;
  /** Delete all data of earlier runs. */
  readonly fresh?: boolean;
  readonly watch: boolean;
  readonly show: (line: string) => void;
  /** Aborts a start that is under way. */
  readonly signal?: AbortSignal;
  /** Set by tests and drills alone. */
  readonly ingest?: IngestOverrides;
  readonly scans?: ScansOverrides;
}

export interface Platform {
  readonly url: string;
  readonly apiKey: string;
  /** Rejects with the reason when the system cannot go on. */
  readonly broken: Promise<never>;
  stop(): Promise<void>;
}

const tablePrefix = 'trellis-local';
const mediaBucket = 'trellis-local-media';

/**
 * Starts the whole system behind one address.
 * @throws Error that names the process that holds the port or the state directory, or says why the start failed. Nothing
 *   is left running.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { state, signal } = options;
  signal?.throwIfAborted();
  state.hold();
  const stops: (() => unknown)[] = [() => state.release()];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    if (options.fresh) state.deleteData();
    return { ...(await start(options, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param stops gets a function that ends each part, as soon as the part runs */
async function start(
  { state, port, watch, show, signal, ...overrides }: PlatformOptions,
  stops: (() => unknown)[],
): Promise<Omit<Platform, 'stop'>> {
  let service: Service | undefined;
  let buckets: string | undefined;
  const gateway = await createGateway({
    service: () => service?.url,
    buckets: () => buckets,
    media: mediaBucket,
  });
  stops.push(() => gateway.close());
  await listen(gateway, port);
  const url = `http://localhost:${(gateway.server.address() as AddressInfo).port}`;
  state.recordAddress({ url });

  // Built while the rest starts, which does not need it.
  const site = buildSite().then((built) => built && show('built the site, since its sources changed'));
  site.catch(() => {});

  const database = await startDatabase(state, signal);
  const { emulator } = database;
  if (emulator) stops.push(() => emulator.stop());
  const variables = { ...database.variables, ...tableEnvironment(tablePrefix) };
  const logs = state.path('jobs');
  const ingest = await prepareIngest({
    directory: state.data,
    logs,
    url,
    variables,
    show,
    ...(overrides.ingest ? { overrides: overrides.ingest } : {}),
  });
  stops.push(() => ingest.stop());
  buckets = ingest.emulator.endpoint;
  ingest.emulator.createBucket(mediaBucket);
  const scans = await prepareScans({
    emulator: ingest.emulator,
    logs,
    variables,
    show,
    overrides: overrides.scans,
  });
  stops.push(() => scans.stop());
  const executors: Executor[] = [];
  const states = await startStatesApi(executors);
  stops.push(() => states.stop());
  state.recordAddress({ states: states.endpoint });
  const apiKey = state.apiKey();
  const serviceVariables = serviceEnvironment(apiKey, {
    ...variables,
    ...ingest.serviceVariables,
    ...scans.serviceVariables,
    AWS_ENDPOINT_URL_SFN: states.endpoint,
  });
  refuseWrongSettings(serviceVariables);
  signal?.throwIfAborted();
  const started = startService({
    environment: serviceVariables,
    logFile: state.path('service.log'),
    watch,
    show,
  });
  service = started;
  stops.push(() => started.stop());

  // The service starts without tables, so they are made at the same time.
  const startPipelines = async () => {
    await makeTables(variables, tablePrefix);
    const { executor } = await ingest.start();
    const { scans: scanner, jobRuns } = await scans.start();
    const starting = startLaptopTasks({
      history: openHistory(state.taskHistory),
      logs,
      variables,
      bucketVariables: ingest.serviceVariables,
      show,
    });
    stops.push(() =>
      starting.then(
        (tasks) => tasks.stop(),
        () => {},
      ),
    );
    const tasks = await starting;
    executors.push(executor, scanner, jobRuns, ...tasks.executors);
  };
  const broken = Promise.race([started.givenUp, databaseEnded(emulator), aborted(signal)]);
  // Without a handler of its own, a rejection before the caller waits for it would end this process.
  broken.catch(() => {});
  await Promise.race([Promise.all([startPipelines(), started.ready(), site]), broken]);
  return { url, apiKey, broken };
}

async function listen(gateway: Awaited<ReturnType<typeof createGateway>>, port: number): Promise<void> {
  try {
    await gateway.listen({ port, host: '127.0.0.1' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const holder = portHolder(port) ?? 'another program';
    throw new Error(
      `port ${port} is held by ${holder}; stop it, or choose another one: PORT=${port + 1} npm start`,
    );
  }
}

/** Rejects when the database ends by itself: nothing works without it. Its data is safe in its file. */
async function databaseEnded(emulator: DynamoDBEmulator | undefined): Promise<never> {
  const how = await (emulator?.ended ?? new Promise<never>(() => {}));
  throw new Error(`the database ended (${how}), so everything stops; its data is kept: run npm start again`);
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

/** Checked before the service starts, which would crash again and again over a wrong setting. */
function refuseWrongSettings(variables: Record<string, string>): void {
  try {
    readSettings(variables);
  } catch (error) {
    const [, ...problems] = (error as Error).message.split('\n');
    throw new Misuse(problems.map((problem) => problem.trim()).join('; '));
  }
}

function serviceEnvironment(apiKey: string, variables: Record<string, string>): Record<string, string> {
  const own = [environment.streamLeaseSeconds, environment.streamHeartbeatSeconds, environment.logLevel];
  return {
    ...variables,
    ...Object.fromEntries(own.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    [environment.mediaBucket]: mediaBucket,
    [environment.host]: '127.0.0.1',
    // The service takes a free port at each start, and sends its address.
    [environment.port]: '0',
    [environment.apiKey]: apiKey,
    [environment.trustedProxies]: '127.0.0.0/8, ::1',
    // There is no load balancer here that would have to notice first.
    [environment.drainSeconds]: '0',
  };
}
