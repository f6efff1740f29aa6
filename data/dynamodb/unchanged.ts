import type { Item } from './errors.ts';

/**
 * The condition that these attributes of an item are as they were seen.
 * @param key name of the partition key: an item that did not exist must still have none
 */
export function unchanged(seen: Item | undefined, key: string, names: readonly string[]) {
  if (!seen) return { ConditionExpression: `attribute_not_exists(${key})` };
  return {
    ConditionExpression: names.map((name) => `#${name} = :${name}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      names.map((name) => [`:${name}`, seen[name] as Item[string]]),
    ),
  };
}
