import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../data/dynamodb/errors.ts';
import { listedPart, type Player, type PlayerSource } from './player.ts';

/** Raise it with every change of what `listedPart` answers: copies of another form count as out of date. */
const form = 1;

/**
 * The public part of a user as an attribute of the user's item, which the index `public` holds in place of the whole item. It
 * names the revision that it was taken from: a release that does not know it leaves it as it was, or drops it.
 */
export function publicCopy(user: PlayerSource, revision: string): AttributeValue {
  const player = listedPart(user);
  return {
    M: { of: { S: `${form} ${revision}` }, ...(player ? { player: { S: JSON.stringify(player) } } : {}) },
  };
}

/** @returns undefined when the item changed after the copy was taken, or has none; no player for a user without a team */
export function readPublicCopy({
  public: copy,
  revision,
}: Item): { readonly player: Player | undefined } | undefined {
  if (copy?.M?.of?.S !== `${form} ${revision?.S}`) return undefined;
  const text = copy.M.player?.S;
  return { player: text === undefined ? undefined : (JSON.parse(text) as Player) };
}
