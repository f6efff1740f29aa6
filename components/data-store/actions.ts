import * as pulumi from '@pulumi/pulumi';
import type { PolicyStatement } from '../iam.ts';

/** The data actions of a table, without the prefix `dynamodb:`. */
export const dataStoreActions = [
  'BatchGetItem',
  'BatchWriteItem',
  'ConditionCheckItem',
  'DeleteItem',
  'DescribeTable',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
] as const;

export type DataStoreAction = (typeof dataStoreActions)[number];

export const readActions: DataStoreAction[] = ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'Query'];

export const readWriteActions: DataStoreAction[] = [
  ...readActions,
  'BatchWriteItem',
  'DeleteItem',
  'PutItem',
  'UpdateItem',
];

/** The only actions that an index has. */
const indexActions: DataStoreAction[] = ['Query', 'Scan'];

/** The statement that allows `actions` on a table and, where they reach indexes, on each of its indexes by name. */
export function statementOf(
  name: string,
  tableArn: pulumi.Output<string>,
  indexNames: string[],
  actions: DataStoreAction[],
): PolicyStatement {
  const unknown = actions.filter((action) => !dataStoreActions.includes(action));
  if (unknown.length > 0 || actions.length === 0) {
    const given = unknown.length > 0 ? `not ${unknown.join(', ')}` : 'at least one';
    throw new Error(`DataStore "${name}": a grant takes actions of ${dataStoreActions.join(', ')}; ${given}`);
  }
  const indexes = actions.some((action) => indexActions.includes(action)) ? indexNames : [];
  return {
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [tableArn, ...indexes.map((index) => pulumi.interpolate`${tableArn}/index/${index}`)],
  };
}
