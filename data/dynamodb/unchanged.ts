import type { Item } from './errors.ts';

/**
 * The condition that an item is as it was seen, in these attributes.
 * @param key its partition key, by which an item that was not there is known
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
