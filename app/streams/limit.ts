import { isIPv6 } from 'node:net';
import type { Update } from '@aws-sdk/client-dynamodb';
import ipaddr from 'ipaddr.js';

/** Streams that a viewer may watch at once unless the user has a limit of their own. */
export const defaultStreamLimit = 3;

/** Key of the item that holds the leases of a viewer who is known by username. */
export function userViewer(username: string): string {
  return `user#${username}`;
}

/** Bits of an IPv6 address. */
export const wholeAddress = 128;

/**
 * Key of the item that holds the leases of an anonymous viewer, who is known by the client address. An IPv6 address counts
 * by its leading `ipv6Prefix` bits: providers give a whole network to each line, and a computer may take as many addresses
 * of it as it likes.
 */
export function addressViewer(address: string, ipv6Prefix: number): string {
  if (!isIPv6(address) || ipv6Prefix === wholeAddress) return `ip#${address}`;
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${address}/${ipv6Prefix}`);
  return `ip#${network}/${ipv6Prefix}`;
}

/**
 * Copies a user's limit onto the viewer's item, so that a decision needs no second read. The update belongs
 * into the transaction that changes the user. Without a limit the copy is removed; leases that are held stay.
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
