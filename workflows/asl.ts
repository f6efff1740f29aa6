/** The Amazon States Language (JSONPath) as values, and the states from which all definitions are built. */
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

/** Source and detail type of an event. */
export interface EventType {
  readonly source: string;
  readonly detailType: string;
}

export const conditionFailed = 'DynamoDB.ConditionalCheckFailedException';

/** Tries for about four minutes. A condition that failed is an answer, so that call is not repeated. */
export const serviceRetry = [
  { ErrorEquals: [conditionFailed], MaxAttempts: 0 },
  backoff({ IntervalSeconds: 1, MaxAttempts: 8, MaxDelaySeconds: 60 }),
];

/**
 * Repeats for half a day a submission that Batch refused. Batch takes 50 submissions a second of a whole account, so the
 * million executions that Step Functions keeps open are submitted in about six hours. The errors are named one by one,
 * because `States.ALL` and `States.TaskFailed` would also match a job that ran and failed. Batch's model has no exception
 * for throttling, so Step Functions names that error after the service.
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

type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Update {
  /** Reference to the item's id. @default `$.id` */
  readonly id?: string;
  /** Attributes to set, unless `expression` says otherwise. */
  readonly set?: Attributes;
  /** Attributes of `set` that stay as they are when the item has them. */
  readonly keep?: readonly string[];
  readonly remove?: readonly string[];
  /** The update expression. @default one that sets every attribute of `set` */
  readonly expression?: string;
  readonly condition?: string;
  /** What only `expression` and `condition` refer to: values by placeholder without its colon, names by placeholder. */
  readonly values?: Attributes;
  readonly names?: Readonly<Record<string, string>>;
  /** Makes the whole item the state's result; otherwise it has none. @default false */
  readonly returnItem?: boolean;
}

/** Every attribute is named by a placeholder, because many of the names are reserved words of DynamoDB. */
export function updateItem(table: string, update: Update): State {
  const { id = '$.id', set = {}, keep = [], remove = [], condition, values, names, returnItem } = update;
  const assignments = Object.keys(set).map((name) =>
    keep.includes(name) ? `#${name} = if_not_exists(#${name}, :${name})` : `#${name} = :${name}`,
  );
  const removals = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '';
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::dynamodb:updateItem',
    Parameters: {
      TableName: table,
      Key: { id: { 'S.$': id } },
      UpdateExpression: (update.expression ?? `SET ${assignments.join(', ')}`) + removals,
      ...(condition ? { ConditionExpression: condition } : {}),
      ExpressionAttributeNames: {
        ...Object.fromEntries([...Object.keys(set), ...remove].map((name) => [`#${name}`, name])),
        ...names,
      },
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries({ ...set, ...values }).map(([name, value]) => [`:${name}`, value]),
      ),
      ...(returnItem ? { ReturnValues: 'ALL_NEW' } : {}),
    },
    ...(returnItem ? {} : { ResultPath: null }),
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

/** Publishes an event; the detail is a value under `Detail`, or a reference under `Detail.$`. */
export function putEvent(bus: string, event: EventType, detail: Readonly<Record<string, unknown>>): State {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::events:putEvents',
    Parameters: {
      Entries: [{ EventBusName: bus, Source: event.source, DetailType: event.detailType, ...detail }],
    },
    ResultPath: null,
    Retry: serviceRetry,
  };
}

export function choice(Choices: readonly Readonly<Record<string, unknown>>[], Default: string): State {
  return { Type: 'Choice', Choices, Default };
}

export function onError(Next: string) {
  return { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next };
}

/** Retries after pauses that double. Each is cut at random, so that many executions do not all retry at once. */
export function backoff(limits: { IntervalSeconds: number; MaxAttempts: number; MaxDelaySeconds: number }) {
  return { ErrorEquals: ['States.ALL'], BackoffRate: 2, JitterStrategy: 'FULL', ...limits };
}

/** The time at which the state was entered, as an attribute of an item. */
export const now = { 'S.$': '$$.State.EnteredTime' };
