/** The Amazon States Language as values, and the few states that the ingest definition is made of. */
export interface Definition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

export interface State {
  readonly Type: string;
  readonly [field: string]: unknown;
}

export const conditionFailed = 'DynamoDB.ConditionalCheckFailedException';

/** About four minutes of trying. A condition that failed is an answer, so it is not asked again. */
export const serviceRetry = [
  { ErrorEquals: [conditionFailed], MaxAttempts: 0 },
  backoff({ IntervalSeconds: 1, MaxAttempts: 8, MaxDelaySeconds: 60 }),
];

/**
 * A submission that Batch did not take is made again, for half a day. Batch takes 50 submissions a second of a whole
 * account, so that the million executions that Step Functions keeps open are submitted in some six hours. Each error is
 * named, since `States.ALL` and `States.TaskFailed` stand for a job too that ran and failed. Throttling has no exception
 * in Batch's model, so that Step Functions calls it by the service's name.
 */
export const submitRetry = {
  ...backoff({ IntervalSeconds: 2, MaxAttempts: 300, MaxDelaySeconds: 300 }),
  ErrorEquals: [
    'Batch.AWSBatchException',
    'Batch.TooManyRequestsException',
    'Batch.BatchException',
    'Batch.ServerException',
    'Batch.SdkClientException',
  ],
};

/** Id of a file that no record was announced for. */
export const versionHash =
  "States.Hash(States.Format('{}/{}', $.event.detail.object.key, $.event.detail.object.etag), 'SHA-256')";

/** What a record has from its beginning; the upload route has written these for its own. */
export const created = {
  updated_at: { 'S.$': '$$.State.EnteredTime' },
  created_at: { 'S.$': '$$.State.EnteredTime' },
  listing: { S: 'ingest' },
  partial: { BOOL: false },
  retries: { N: '0' },
};

type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Update {
  readonly id: Readonly<Record<string, string>>;
  readonly set: Attributes;
  /** Attributes of `set` that stay as they are when the item has them; those of `created` always do. */
  readonly keep?: readonly string[];
  readonly remove?: readonly string[];
  readonly condition?: string;
  readonly values?: Attributes;
  readonly names?: Readonly<Record<string, string>>;
}

/** Every attribute goes by a placeholder: many of the names are reserved words of DynamoDB. */
export function updateItem(
  table: string,
  { id, set, keep = [], remove = [], condition, values, names }: Update,
): State {
  const kept = ['created_at', 'listing', 'partial', 'retries', ...keep];
  const assignments = Object.keys(set).map((name) =>
    kept.includes(name) ? `#${name} = if_not_exists(#${name}, :${name})` : `#${name} = :${name}`,
  );
  const removals = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '';
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::dynamodb:updateItem',
    Parameters: {
      TableName: table,
      Key: { id },
      UpdateExpression: `SET ${assignments.join(', ')}${removals}`,
      ...(condition ? { ConditionExpression: condition } : {}),
      ExpressionAttributeNames: {
        ...Object.fromEntries([...Object.keys(set), ...remove].map((name) => [`#${name}`, name])),
        ...names,
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
        ...values,
      },
      ReturnValues: 'ALL_NEW',
    },
    Retry: serviceRetry,
  };
}

export function getItem(table: string, idPath: string): State {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::dynamodb:getItem',
    Parameters: { TableName: table, Key: { id: { 'S.$': idPath } }, ConsistentRead: true },
    Retry: serviceRetry,
  };
}

export function choice(Choices: readonly Readonly<Record<string, unknown>>[], Default: string): State {
  return { Type: 'Choice', Choices, Default };
}

export function onError(Next: string) {
  return { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next };
}

/** Doubling pauses, each a random part of the full one, so that many files do not all come back at once. */
export function backoff(limits: { IntervalSeconds: number; MaxAttempts: number; MaxDelaySeconds: number }) {
  return { ErrorEquals: ['States.ALL'], BackoffRate: 2, JitterStrategy: 'FULL', ...limits };
}
