import { type State, serviceRetry } from '../ingest-pipeline/states-language.ts';

type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** `dynamodb:updateItem` of the item `$.id`. Attributes go by placeholders: many names are reserved words. */
export function update(
  table: string,
  parts: {
    /** Without the colon; each is also set, under its name, unless `expression` says otherwise. */
    readonly values: Values;
    readonly expression?: string;
    readonly remove?: readonly string[];
    readonly condition?: string;
    /** Values and names that only `expression` and `condition` use. */
    readonly more?: Values;
    readonly names?: Readonly<Record<string, string>>;
  },
): State {
  const { values, remove = [], condition, more = {}, names = {} } = parts;
  const assignments = Object.keys(values).map((name) => `#${name} = :${name}`);
  const expression = [
    parts.expression ?? `SET ${assignments.join(', ')}`,
    ...(remove.length > 0 ? [`REMOVE ${remove.map((name) => `#${name}`).join(', ')}`] : []),
  ].join(' ');
  const placed = [...Object.keys(values), ...remove];
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::dynamodb:updateItem',
    Parameters: {
      TableName: table,
      Key: { id: { 'S.$': '$.id' } },
      UpdateExpression: expression,
      ...(condition ? { ConditionExpression: condition } : {}),
      ExpressionAttributeNames: { ...Object.fromEntries(placed.map((name) => [`#${name}`, name])), ...names },
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries({ ...values, ...more }).map(([name, value]) => [`:${name}`, value]),
      ),
    },
    ResultPath: null,
    Retry: serviceRetry,
  };
}

export const now = { 'S.$': '$$.State.EnteredTime' };

export const word = (S: string) => ({ S });
