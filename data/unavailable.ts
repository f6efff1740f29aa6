import { isUnreadable, transactionMayBeRepeated } from './dynamodb/errors.ts';

const names = new Set([
  // No connection, no answer in time, or one that broke off.
  'AbortError',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'HTTPParserError',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  // AWS's own word that it can't now.
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'ServiceUnavailable',
  'SlowDown',
  'OperationAborted',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ExecutionLimitExceeded',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ResourceNotFoundException',
  'CredentialsProviderError',
  // Ours, when repetitions have brought nothing.
  'ContentionError',
  'UnprocessedError',
]);

/** Whether a service behind this one, rather than the request or our code, is why a call failed: a 503 and a retry. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  return (
    names.has(error.name) ||
    // Whatever stands between us and the service may answer without one of AWS's own error types.
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    // The parser's codes are for what is no HTTP.
    (typeof code === 'string' && (names.has(code) || code.startsWith('HPE_'))) ||
    transactionMayBeRepeated(error) ||
    isUnreadable(error)
  );
}

type Backend = 'the database' | 'the bucket' | 'the workflow service';

/** Has the errors of a client's calls tell the caller of the API which service does not answer. */
export function errorsName(backend: Backend, client: { readonly middlewareStack: MiddlewareStack }): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw blame(backend, error);
      }
    },
    { step: 'initialize', name: 'trellisBackend' },
  );
}

/** For what fails after the call, such as the reading of its answer's body. */
export function blame(backend: Backend, error: unknown): unknown {
  return error instanceof Error ? Object.assign(error, { backend }) : error;
}

export function backendOf(error: Error & { readonly backend?: Backend }): Backend {
  return error.backend ?? 'the database';
}

type Middleware = <A, R>(next: (args: A) => Promise<R>) => (args: A) => Promise<R>;

interface MiddlewareStack {
  add(middleware: Middleware, options: { step: 'initialize'; name: string }): void;
}
