import { isUnreadable, transactionMayBeRepeated } from './dynamodb/errors.ts';

const names = new Set([
  // There was no connection, no answer in time, or an answer that was cut off.
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
  // AWS says that it cannot answer now.
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
  // Our own errors, when repeated tries have not succeeded.
  'ContentionError',
  'UnprocessedError',
]);

/** Whether a call failed because of a service behind this one, and not because of the request or our code. Then the answer
 * is 503 with Retry-After. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  return (
    names.has(error.name) ||
    // A proxy between us and the service may answer without one of AWS's own error types.
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    // Node's HTTP parser gives these codes to an answer that is not HTTP.
    (typeof code === 'string' && (names.has(code) || code.startsWith('HPE_'))) ||
    transactionMayBeRepeated(error) ||
    isUnreadable(error)
  );
}

type Backend = 'the database' | 'the bucket' | 'the workflow service';

/** Marks the errors of a client's calls with the service that failed, which the API's 503 then names. */
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

/** Marks an error with the service that failed; needed where reading an answer's body fails, after the call itself. */
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
