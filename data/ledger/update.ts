import type { Update } from '@aws-sdk/client-dynamodb';
import type { IngestState } from '../../contract/ingest.ts';
import type { Item } from '../dynamodb/errors.ts';
import type { Counts, Outcome } from './ingest.ts';

export const stateAttribute = (S: IngestState) => ({ S });

export interface FileUpdate {
  readonly id: string;
  readonly set: Item;
  readonly remove?: readonly string[];
  /** It may use `#state` and `#execution`, and the names of `values`. */
  readonly condition: string;
  readonly values?: Item;
}

/** A conditional write of a file's record. Attributes are named by placeholders, since many are reserved words. */
export function fileUpdate(
  TableName: string,
  { id, set, remove = [], condition, values = {} }: FileUpdate,
): Update & { UpdateExpression: string } {
  const names = Object.keys(set);
  // DynamoDB refuses a placeholder that no expression uses.
  const inCondition = ['state', 'execution'].filter((name) => condition.includes(`#${name}`));
  const placeholders = [...inCondition, ...names, ...remove];
  return {
    TableName,
    Key: { id: { S: id } },
    UpdateExpression: [
      `SET updated_at = :now${names.map((name) => `, #${name} = :${name}`).join('')}`,
      remove.length > 0 ? `REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '',
    ].join(' '),
    ConditionExpression: condition,
    ...(placeholders.length === 0
      ? {}
      : { ExpressionAttributeNames: Object.fromEntries(placeholders.map((name) => [`#${name}`, name])) }),
    ExpressionAttributeValues: {
      ':now': { S: new Date().toISOString() },
      ...Object.fromEntries(names.map((name) => [`:${name}`, set[name] as Item[string]])),
      ...values,
    },
  };
}

/** Settles a file by its job's outcome, on condition that the execution holds the claim. The state is no part of the
 * condition: when the first answer was lost, the outcome is written again. */
export function settling(id: string, execution: string, outcome: Outcome): FileUpdate {
  return {
    id,
    set: outcomeAttributes(outcome),
    ...absent(outcome),
    condition: '#execution = :claim',
    values: { ':claim': { S: execution } },
  };
}

/** Ends a committed file whose rows stop counting in the same transaction. */
export function ending(
  id: string,
  reversedBy: string,
  end: { readonly retractedBy: string } | { readonly replacedBy: string },
): FileUpdate {
  const common = { ended_at: { S: new Date().toISOString() }, reversed_by: { S: reversedBy } };
  if ('replacedBy' in end)
    return {
      id,
      set: { ...common, state: stateAttribute('replaced'), replaced_by: { S: end.replacedBy } },
      remove: ['reason'],
      condition: '#state = :committed',
      values: { ':committed': stateAttribute('committed') },
    };
  return {
    id,
    set: { ...common, state: stateAttribute('retracted') },
    remove: ['reason'],
    condition: '#execution = :claim AND #state = :retracting',
    values: { ':claim': { S: end.retractedBy }, ':retracting': stateAttribute('retracting') },
  };
}

export function countAttributes(counts: Counts): Item {
  return {
    rows_read: { N: String(counts.rows_read) },
    rows_accepted: { N: String(counts.rows_accepted) },
    rows_rejected: { N: String(counts.rows_rejected) },
  };
}

/** Removes attributes that an earlier run or note may have set and this outcome does not have. */
function absent(outcome: Outcome): { remove: readonly string[] } {
  const names = ['reason', 'rejects_key', 'batch', 'duplicate_of'] as const;
  return { remove: names.filter((name) => outcome[name] === undefined) };
}

function outcomeAttributes({ state, reason, rejects_key, batch, duplicate_of, ...counts }: Outcome): Item {
  const texts = { state, reason, rejects_key, batch, duplicate_of };
  const given = Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...countAttributes(counts), ...Object.fromEntries(given.map(([name, S]) => [name, { S }])) };
}
