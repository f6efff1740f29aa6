import type { Update } from '@aws-sdk/client-dynamodb';

/** Streams that a viewer may watch at once when nobody set another limit. */
export const defaultStreamLimit = 3;

/** Where a user's leases are: the key of a viewer who is known by name. */
export function userViewer(username: string): string {
  return `user#${username}`;
}

/** Where the leases of an anonymous viewer are, who is known by the client address. */
export function addressViewer(address: string): string {
  return `ip#${address}`;
}

/**
 * Copies a user's limit onto the viewer's item, so that a decision needs no second read. Goes into the transaction
 * that changes the user. Without a limit the copy is removed; leases that are held stay.
 */
export function streamLimitUpdate(table: string, username: string, limit: number | undefined): Update {
  return {
    TableName: table,
    Key: { viewer: { S: userViewer(username) } },
    ...(limit === undefined
      ? { UpdateExpression: 'REMOVE stream_limit' }
      : {
          UpdateExpression: 'SET stream_limit = :limit',
          ExpressionAttributeValues: { ':limit': { N: String(limit) } },
        }),
  };
}
