import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { type JobKind, jobKinds } from '../contract/job-kinds.ts';
import { timings as durations } from '../contract/timings.ts';
import { fromItem as toIngest } from '../data/ledger/ingest.ts';
import { createLedger } from '../data/ledger/ledger.ts';
import { createLogger } from '../data/logger.ts';
import { createS3Client, prompt } from '../data/s3/client.ts';
import { createBucket } from './bucket.ts';
import type { Settings } from './config.ts';
import { pendingRetractions } from './ingests/retractions.ts';
import { ingestRoutes } from './ingests/routes.ts';
import { createStartIngest, createStepFunctionsClient } from './ingests/start.ts';
import type { App } from './instance.ts';
import { jobRoutes } from './jobs/routes.ts';
import { type Run, runInput, fromItem as toRun } from './jobs/run.ts';
import { pageRoutes } from './page/routes.ts';
import { createPageStore } from './page/store.ts';
import { createMedia } from './players/media.ts';
import { playerRoutes } from './players/routes.ts';
import { createPlayerStore } from './players/store.ts';
import { createDeleteOrphans, videoRoutes } from './players/video-routes.ts';
import { apiKey } from './plugins/api-key.ts';
import { caching } from './plugins/caching.ts';
import { clientAddress } from './plugins/client-address.ts';
import { closeWhileDraining, draining } from './plugins/draining.ts';
import { health } from './plugins/health.ts';
import { jsonBody } from './plugins/json-body.ts';
import { methods } from './plugins/methods.ts';
import { openApi } from './plugins/open-api.ts';
import { problemDetails, sendConnectionProblem, sendProblem } from './plugins/problem-details.ts';
import { protocol } from './plugins/protocol.ts';
import { timeUnrouted, timings } from './plugins/timings.ts';
import { ratesRoutes } from './rates/routes.ts';
import { createRatesStore } from './rates/store.ts';
import type { Requested } from './records/request.ts';
import { createStart } from './records/start.ts';
import { startPending } from './records/start-pending.ts';
import { createRecords } from './records/store.ts';
import { createFindings } from './scans/findings.ts';
import { scanRoutes } from './scans/routes.ts';
import { executionInput, type Scan, fromItem as toScan } from './scans/scan.ts';
import { streamRoutes } from './streams/routes.ts';
import { createStreamStore } from './streams/store.ts';
import { uploadRoutes } from './uploads/routes.ts';
import { userRoutes } from './users/routes.ts';
import { createUserStore } from './users/store.ts';
import { createRecorder } from './vitals/recorder.ts';
import { vitals } from './vitals/routes.ts';
import { createVitalsStore } from './vitals/store.ts';

export interface Dependencies {
  readonly settings: Settings;
  readonly client: DynamoDBClient;
  /** Both connect only when a route needs them. */
  readonly s3?: S3Client;
  readonly stepFunctions?: SFNClient;
  /** All kinds of jobs that are registered, unless a test brings its own. */
  readonly kinds?: readonly JobKind[];
  /** Nothing is logged unless this is given, so that tests stay quiet. */
  readonly logger?: FastifyBaseLogger;
}

/** The largest body any route takes: a user with 20 properties of 16 KiB each. */
const bodyLimit = 512 * 1024;
const maxParamLength = 2048;

/** Builds the service, the same for the container, the laptop and the tests. It does not listen yet. */
export async function buildApp({
  settings,
  client,
  s3 = createS3Client({ requestHandler: prompt }),
  stepFunctions = createStepFunctionsClient(),
  kinds = jobKinds,
  logger = createLogger('silent'),
}: Dependencies): Promise<App> {
  const app = Fastify({
    // Fastify itself gets no logger: having one makes it listen for the end of every answer, which costs a third of a
    // small request's CPU. Requests get ours, which adds the request's id by itself (data/logger.ts).
    childLoggerFactory: () => logger,
    // plugins/timings.ts writes one line per request, without addresses.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    bodyLimit,
    routerOptions: { maxParamLength },
    keepAliveTimeout: durations.keepAlive * 1000,
    requestTimeout: durations.requestTimeout * 1000,
    http: { headersTimeout: durations.headers * 1000, requireHostHeader: false },
    // Requests that arrive while the server closes are answered, not refused: see plugins/draining.ts.
    return503OnClosing: false,
    // `verbose` hands the error handler the schema that failed, and with it the description.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true, verbose: true } },
    frameworkErrors: (error, request, reply) => {
      closeWhileDraining(app.draining, timeUnrouted(request, reply));
      sendProblem(error, request, reply);
    },
    clientErrorHandler: sendConnectionProblem,
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as App;
  app.log = logger;

  await app.register(timings);
  await app.register(caching);
  await app.register(draining);
  await app.register(problemDetails);
  await app.register(protocol);
  await app.register(methods, { maxParamLength });
  await app.register(openApi);
  await app.register(jsonBody);
  const {
    tables,
    streamLeaseSeconds,
    streamHeartbeatSeconds,
    streamIpv6Prefix,
    trustedProxies,
    clientAddressHeader,
    originSecret,
  } = settings;
  await app.register(apiKey, { apiKey: settings.apiKey });
  await app.register(vitals, {
    recorder: createRecorder(createVitalsStore(client, tables.vitals), randomUUID()),
  });
  await app.register(clientAddress, { trustedProxies, clientAddressHeader, originSecret });

  const ping = new GetItemCommand({ TableName: tables.page, Key: { id: { S: 'page' } } });
  await app.register(health, { databaseAnswers: () => client.send(ping) });
  await app.register(pageRoutes, { store: createPageStore(client, tables.page, settings) });
  const users = createUserStore(client, tables.users, tables.streams);
  const players = createPlayerStore(client, tables.players, tables.users);
  const media = createMedia(s3, settings.mediaBucket, settings.s3PublicEndpoint);
  await app.register(userRoutes, { store: users, deleteOrphans: createDeleteOrphans(players, media) });
  await app.register(playerRoutes, { store: players, users });
  await app.register(videoRoutes, { store: players, media });
  await app.register(streamRoutes, {
    store: createStreamStore(client, tables.streams, streamLeaseSeconds),
    heartbeatSeconds: streamHeartbeatSeconds,
    ipv6Prefix: streamIpv6Prefix,
  });
  await app.register(ratesRoutes, { store: createRatesStore(client, tables.rates) });
  const ledger = createLedger(client, tables.ingests);
  const bucket = createBucket(s3, settings.ingestBucket, settings.s3PublicEndpoint);
  const start = createStartIngest(stepFunctions, settings.ingestStateMachine, settings.ingestBucket);
  const uploads = createRecords(client, tables.ingests, toIngest);
  await app.register(uploadRoutes, { ledger, uploads, bucket });
  await app.register(ingestRoutes, { ledger, bucket, start });
  await app.register(startPending(pendingRetractions(ledger, start), logger));
  await registerScans(app, { settings, client, s3, stepFunctions, kinds, logger });
  return app;
}

/** Registers the routes of scans and job runs, and what starts those that are pending: saved, but not started yet. */
async function registerScans(app: App, dependencies: Required<Dependencies>): Promise<void> {
  const { settings, client, s3, stepFunctions, kinds, logger: log } = dependencies;
  const { tables, scansBucket, scanStateMachine, jobStateMachine, repositoryRules: rules } = settings;
  const scans: Requested<Scan> = {
    name: 'scan',
    records: createRecords(client, tables.scans, toScan),
    start: createStart(stepFunctions, scanStateMachine, executionInput),
  };
  const jobs: Requested<Run> = {
    name: 'job',
    records: createRecords(client, tables.jobs, toRun),
    start: createStart(stepFunctions, jobStateMachine, runInput),
  };
  const scanExists = async (id: string) => (await scans.records.read(id)) !== undefined;
  const bucket = createBucket(s3, scansBucket, settings.s3PublicEndpoint);
  await app.register(scanRoutes, { scans, findings: createFindings(s3, scansBucket), rules });
  await app.register(jobRoutes, { kinds, jobs, scanExists, bucket, rules });
  await app.register(startPending(scans, log));
  await app.register(startPending(jobs, log));
}

/** Keeps a caller's own request id when it has the form of one, so that a request can be followed across services. */
function requestId(request: { headers: IncomingMessage['headers'] }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9-]{8,64}$/.test(given) ? given : randomUUID();
}
