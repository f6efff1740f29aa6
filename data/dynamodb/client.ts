import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import { UndiciHttpHandler } from '@smithy/undici-http-handler';
import { Agent } from 'undici';
import { databaseTime } from '../request-context.ts';
import { Signer } from '../signer.ts';
import { Connections } from './connections.ts';
import { type Request, type Route, sendDirectly } from './direct.ts';
import { isThrottled, isUnreadable, transactionMayBeRepeated } from './errors.ts';

/** Milliseconds. With three tries a request waits 3 s and two short pauses at most, then it is answered 503. */
const defaultTryTimeout = 1000;
/** Undici's timers tick twice a second, so that one set to a second fires after up to a second and a half. */
const timerResolution = 500;
const maxAttempts = 3;
/** Connections to the database per process. At 1 ms a call that is 128,000 calls a second: never the limit. */
const connections = 128;

type Credentials = Awaited<ReturnType<DynamoDBClient['config']['credentials']>>;
type Middleware = <A, R>(next: (args: A) => Promise<R>) => (args: A) => Promise<R>;

/**
 * The one way to DynamoDB. It is the SDK's client, with its retries, credential chain, endpoints and error classes,
 * without the parts that cost CPU on every call and bring nothing here: `npm run bench` prints the difference. Endpoint,
 * region and credentials come from the SDK's own environment variables (`AWS_ENDPOINT_URL_DYNAMODB`, …).
 * @param tryTimeout milliseconds after which a try without an answer is given up; it is repeated while tries are left
 */
export function createDynamoDBClient(
  overrides: DynamoDBClientConfig = {},
  tryTimeout = defaultTryTimeout,
): DynamoDBClient {
  const handler = bufferedHandler(tryTimeout);
  const client: DynamoDBClient = new DynamoDBClient({
    maxAttempts,
    requestHandler: handler,
    signer: async () => signer,
    ...overrides,
  });
  const signer = keptSigner(client);
  copyConfig(client);
  dropMiddlewares(client);
  client.middlewareStack.add(measured, { step: 'initialize', name: 'trellisTimings' });
  client.middlewareStack.add(retryMore, { step: 'finalizeRequest', priority: 'low', name: 'trellisRetries' });
  sendDirectly(client, { route: handler.route, send: handler.send, sign: signer.signDirectly });
  return client;
}

/** Undici with keep-alive; bodies are read whole, which spares the SDK a stream per answer. */
function bufferedHandler(tryTimeout: number) {
  const requestTimeout = tryTimeout - timerResolution;
  const agent = new Agent({ connections, pipelining: 1, connect: { timeout: requestTimeout } });
  const undici = new UndiciHttpHandler({ dispatcher: agent });
  /** Where the SDK's last request went, unless the answer was of a form that only the SDK reads (answer.ts). */
  let route: Route | undefined;

  const handle: UndiciHttpHandler['handle'] = async (request, options) => {
    const { protocol, hostname, port, path } = request;
    const answer = await undici.handle(request, { ...options, requestTimeout });
    route = answer.response.headers['content-length'] ? { protocol, hostname, port, path } : undefined;
    try {
      answer.response.body = await answer.response.body.bytes();
    } catch (error) {
      // The body stalled or was cut off. The handler above names only errors that come before the headers, and the SDK
      // decides by an error's name whether to repeat the call.
      throw Object.assign(error as Error, { name: 'TimeoutError' });
    }
    return answer;
  };
  let direct: Connections | undefined;
  /** Calls that pass the SDK by go where the SDK's last one went. */
  function send(request: Request) {
    if (!direct?.leadTo(request)) {
      direct?.close();
      direct = new Connections(request, { limit: connections, timeout: requestTimeout });
    }
    return direct.send(request);
  }

  return {
    handle,
    destroy: () => {
      undici.destroy();
      direct?.close();
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    route: () => route,
    send,
  };
}

/** The SDK asks for new credentials so many milliseconds before they expire. */
const refreshedBefore = 300_000;

/** Signs with a key that is kept for a day; the SDK gives the credentials, and refreshes them before they expire. */
function keptSigner(client: DynamoDBClient) {
  let signer: Signer | undefined;
  /** Milliseconds by which the SDK found this machine's clock to be wrong. */
  let offset = 0;
  let kept: Credentials | undefined;

  function signWith(credentials: Credentials, request: Request): void {
    request.headers.host = request.port ? `${request.hostname}:${request.port}` : request.hostname;
    signer?.sign(request, credentials, new Date(Date.now() + offset));
  }

  return {
    async sign<T>(toSign: T, options?: { signingDate?: Date | string | number }): Promise<T> {
      const request = toSign as T & Request;
      if (options?.signingDate !== undefined) offset = Number(options.signingDate) - Date.now();
      signer ??= new Signer({ region: await client.config.region(), service: 'dynamodb' });
      signWith(await client.config.credentials(), request);
      return request;
    },
    /** Comes after the first call of `sign`. While the SDK would give the same credentials again, it is not asked. */
    signDirectly(request: Request): Promise<void> | undefined {
      const expires = kept?.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
      if (kept && expires - Date.now() > refreshedBefore) {
        signWith(kept, request);
        return undefined;
      }
      return client.config.credentials().then((credentials) => {
        kept = credentials;
        signWith(credentials, request);
      });
    },
  };
}

/**
 * The SDK copies its configuration three times a call. V8 takes 16 µs to copy an object that grew field by field, as the
 * configuration did, but 0.25 µs to copy a copy of it (seen). The client uses it to resolve the endpoint, and the
 * serializer keeps a reference of its own: both get the copy.
 */
function copyConfig(client: DynamoDBClient): void {
  const config = { ...client.config };
  Object.assign(client, { config });
  client.middlewareStack.use(getSchemaSerdePlugin(config));
}

/**
 * Removes logging, user agent, tracing header, content length and host header: undici and the signer set the last two, and
 * the others are not read. When the SDK renames one, its cost would come back unseen, hence the error.
 */
function dropMiddlewares(client: DynamoDBClient): void {
  for (const name of [
    'loggerMiddleware',
    'getUserAgentMiddleware',
    'recursionDetectionMiddleware',
    'contentLengthMiddleware',
    'hostHeaderMiddleware',
  ]) {
    if (!client.middlewareStack.remove(name)) throw new Error(`the AWS SDK no longer has a ${name}`);
  }
}

const measured: Middleware = (next) => (args) => databaseTime(next(args));

/** Marks errors that the SDK would not repeat by itself (see errors.ts). With `throttling` its pauses are longer. */
const retryMore: Middleware = (next) => async (args) => {
  try {
    return await next(args);
  } catch (error) {
    if (transactionMayBeRepeated(error) || isUnreadable(error))
      Object.assign(error, { $retryable: { throttling: isThrottled(error) } });
    throw error;
  }
};
