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
  return error instanceof TransactionConflictException || isCancelledFor(error, ['TransactionConflict']);
}

const throttlings = ['ThrottlingError', 'ProvisionedThroughputExceeded'];

/** Whether a transaction was cancelled because the table is throttled. */
export function isThrottled(error: unknown): error is Error {
  return isCancelledFor(error, throttlings);
}

/**
 * Whether a write met another transaction on its item, or a part of a transaction was throttled. Nothing was changed, so it
 * may be sent again.
 */
export function transactionMayBeRepeated(error: unknown): error is Error {
  return isTransactionConflict(error) || isThrottled(error);
}

function isCancelledFor(error: unknown, reasons: readonly string[]): boolean {
  if (!(error instanceof TransactionCanceledException)) return false;
  const codes = error.CancellationReasons?.map((reason) => reason.Code ?? '') ?? [];
  // A failed condition is an outcome, which another try would only confirm.
  return codes.some((code) => reasons.includes(code)) && !codes.includes('ConditionalCheckFailed');
}

/** Whether an answer arrived that AWS did not give in full: it was cut short, or a proxy in between gave it. */
export function isUnreadable(error: unknown): error is Error {
  return error instanceof Error && '$response' in error && !('$fault' in error);
}

/** A write gave up because others kept changing its item first. The write itself is valid and may be sent again. */
export class ContentionError extends Error {
  override readonly name = 'ContentionError';
}

/** A batch gave up because the table kept refusing a part of it. That part may be sent again. */
export class UnprocessedError extends Error {
  override readonly name = 'UnprocessedError';
}
