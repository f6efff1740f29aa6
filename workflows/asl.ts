/** The Amazon States Language (JSONPath) as values, and the states that all definitions are made of. */
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

type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Update {
  /** Reference to the item's id. @default `$.id` */
  readonly id?: string;
  /** Attributes to set, unless `expression` says otherwise. */
  readonly set?: Attributes;
  /** Attributes of `set` that stay as they are when the item has them. */
  readonly keep?: readonly string[];
  readonly remove?: readonly string[];
  /** In place of the one that sets every attribute of `set`. */
  readonly expression?: string;
  readonly condition?: string;
  /** What only `expression` and `condition` use: values by placeholder without the colon, names by placeholder. */
  readonly values?: Attributes;
  readonly names?: Readonly<Record<string, string>>;
  /** The state's result is the whole item in place of nothing. @default false */
  readonly returnItem?: boolean;
}

/** Every attribute goes by a placeholder: many of the names are reserved words of DynamoDB. */
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

/** Announces something on an event bus; the detail is a value, or under `Detail.$` a reference. */
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

/** Doubling pauses, each a random part of the full one, so that many files do not all come back at once. */
export function backoff(limits: { IntervalSeconds: number; MaxAttempts: number; MaxDelaySeconds: number }) {
  return { ErrorEquals: ['States.ALL'], BackoffRate: 2, JitterStrategy: 'FULL', ...limits };
}

/** When the state was entered, as an attribute of an item. */
export const now = { 'S.$': '$$.State.EnteredTime' };
