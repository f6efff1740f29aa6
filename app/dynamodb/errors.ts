import {
  type AttributeValue,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/** The item as it stood when its condition failed (`ReturnValuesOnConditionCheckFailure: ALL_OLD`). */
export interface FailedCondition {
  readonly item: Item | undefined;
}

/**
 * Runs a conditional write. A failed condition is an outcome, not an error: it comes back with the item that the
 * condition saw, so that no second read is needed. In a transaction it is the first item whose condition failed.
 */
export async function conditional<T>(write: Promise<T>): Promise<T | FailedCondition> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { item: error.Item };
    if (error instanceof TransactionCanceledException) {
      const failed = error.CancellationReasons?.find((reason) => reason.Code === 'ConditionalCheckFailed');
      if (failed) return { item: failed.Item };
    }
    throw error;
  }
}

export function isTransactionConflict(error: unknown): error is Error {
  if (error instanceof TransactionConflictException) return true;
  if (!(error instanceof TransactionCanceledException)) return false;
  const codes = error.CancellationReasons?.map((reason) => reason.Code) ?? [];
  return codes.includes('TransactionConflict') && !codes.includes('ConditionalCheckFailed');
}

/** A write gave up because others kept changing its item first. Nothing is wrong with it: it may be sent again. */
export class ContentionError extends Error {
  override readonly name = 'ContentionError';
}

const unavailable = new Set([
  // No connection, or no answer in time.
  'AbortError',
  'TimeoutError',
  'RequestTimeout',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  // DynamoDB's own word that it can't now.
  'InternalServerError',
  'ServiceUnavailable',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ResourceNotFoundException',
  'CredentialsProviderError',
  'ContentionError',
]);

/** Whether the database, rather than the request or our code, is why a call failed: worth a 503 and a retry. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  return (
    unavailable.has(error.name) ||
    // Whatever stands between us and the database may answer without one of DynamoDB's own error types.
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    (typeof code === 'string' && unavailable.has(code)) ||
    isTransactionConflict(error)
  );
}
