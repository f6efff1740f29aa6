import { join } from 'node:path';
import { createDynamoDBClient } from '../app/dynamodb/client.ts';
import { environment } from '../contract/environment.ts';
import { buildSite } from '../site/build.ts';
import { type DynamoDBEmulator, startDynamoDB } from './emulators/dynamodb.ts';
import { freePort } from './free-port.ts';
import { createGateway } from './gateway.ts';
import { type IngestOverrides, prepareIngest } from './ingest.ts';
import { type StatesApi, startStatesApi } from './pipeline/states-api.ts';
import { portHolder } from './port-holder.ts';
import { prepareScans, type ScansOverrides } from './scans/prepare.ts';
import { startService } from './service.ts';
import type { State } from './state.ts';
import { createTables, tableEnvironment } from './tables.ts';

export interface PlatformOptions {
  readonly state: State;
  /** The one port that people use; everything else takes free ports. */
  readonly port: number;
  readonly watch: boolean;
  readonly show: (line: string) => void;
  /** For tests and drills. */
  readonly ingest?: IngestOverrides;
  readonly scans?: ScansOverrides;
}

export interface Platform {
  readonly url: string;
  readonly apiKey: string;
  stop(): Promise<void>;
}

const tablePrefix = 'trellis-local';
const mediaBucket = 'trellis-local-media';

/**
 * Brings the whole system up behind one address.
 * @throws Error that says who holds the port or the state directory.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { state, port, watch, show } = options;
  refuseSecondRun(state);
  const servicePort = await freePort();
  const s3Port = await freePort();
  const statesPort = await freePort();
  const gateway = await createGateway(servicePort, {
    endpoint: `http://127.0.0.1:${s3Port}`,
    media: mediaBucket,
  });
  await listen(gateway, port);
  const url = `http://localhost:${port}`;
  state.endLeftovers();
  const stops: (() => Promise<unknown>)[] = [() => gateway.close()];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
    state.endRun();
  };

  // Beside all else: the service's own pages need no site.
  const site = buildSite().then((built) => built && show('built the site, since its sources changed'));
  site.catch(() => {});

  try {
    state.recordRun(url);
    const { emulator, variables } = await startDatabase(state);
    if (emulator) {
      stops.push(() => emulator.stop());
      state.recordChild('dynoxide', emulator.pid);
    }
    const ingest = await prepareIngest({
      directory: state.data,
      logs: state.path('jobs'),
      url,
      variables: { ...variables, ...tableEnvironment(tablePrefix) },
      show,
      overrides: { ...options.ingest, s3Port },
    });
    stops.push(() => ingest.stop());
    ingest.emulator.createBucket(mediaBucket);
    const scans = await prepareScans({
      emulator: ingest.emulator,
      logs: state.path('jobs'),
      variables: { ...variables, ...tableEnvironment(tablePrefix) },
      show,
      overrides: options.scans,
    });
    stops.push(() => scans.stop());
    let states: StatesApi | undefined;
    stops.push(async () => states?.stop());
    const apiKey = state.apiKey();
    const service = startService({
      environment: serviceEnvironment(servicePort, apiKey, {
        ...variables,
        ...ingest.serviceVariables,
        ...scans.serviceVariables,
        AWS_ENDPOINT_URL_SFN: `http://127.0.0.1:${statesPort}`,
      }),
      port: servicePort,
      logFile: state.path('service.log'),
      watch,
      started: (pid) => state.recordChild('app/server.ts', pid),
      show,
    });
    stops.push(() => service.stop());
    // The service needs no table to start, so both happen at once.
    const startPipelines = async () => {
      const { executor } = await ingest.start();
      const { scans: scanner, launches } = await scans.start();
      states = await startStatesApi([executor, scanner, launches], statesPort);
    };
    await Promise.all([makeTables(variables).then(startPipelines), service.ready(), site]);
    return { url, apiKey, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function refuseSecondRun(state: State): void {
  const run = state.currentRun();
  if (run) throw new Error(`Trellis already runs from ${state.directory}: ${run.url} (process ${run.pid})`);
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

interface Database {
  readonly emulator?: DynamoDBEmulator;
  readonly variables: Record<string, string>;
}

/** The emulator, or whatever `AWS_ENDPOINT_URL_DYNAMODB` names. */
async function startDatabase(state: State): Promise<Database> {
  const given = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (given) {
    const own = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'));
    return { variables: { ...dummyCredentials, ...(Object.fromEntries(own) as Record<string, string>) } };
  }
  const emulator = await startDynamoDB({ file: join(state.data, 'dynamodb.sqlite') });
  return { emulator, variables: { ...dummyCredentials, AWS_ENDPOINT_URL_DYNAMODB: emulator.endpoint } };
}

/** Emulators check signatures against nothing; real credentials of the host must not get to them. */
const dummyCredentials = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
};

async function makeTables(variables: Record<string, string>): Promise<void> {
  const client = createDynamoDBClient({
    endpoint: variables.AWS_ENDPOINT_URL_DYNAMODB as string,
    region: variables.AWS_REGION as string,
    ...(variables.AWS_ACCESS_KEY_ID === 'local'
      ? { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
      : {}),
  });
  await createTables(client, tablePrefix);
  client.destroy();
}

function serviceEnvironment(
  port: number,
  apiKey: string,
  variables: Record<string, string>,
): Record<string, string> {
  const own = [environment.streamLeaseSeconds, environment.streamHeartbeatSeconds, environment.logLevel];
  return {
    ...variables,
    ...tableEnvironment(tablePrefix),
    ...Object.fromEntries(own.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    [environment.mediaBucket]: mediaBucket,
    [environment.host]: '127.0.0.1',
    [environment.port]: String(port),
    [environment.apiKey]: apiKey,
    [environment.trustedProxies]: '127.0.0.0/8, ::1',
    // Nothing balances load here, so there is nobody to wait for.
    [environment.drainSeconds]: '0',
  };
}
