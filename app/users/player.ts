/** What a user's public part is taken from; property values are JSON texts. */
export interface PlayerSource {
  readonly username: string;
  readonly name?: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
}

/** The part of a user that is public. */
export interface Player {
  readonly username: string;
  readonly name?: string | undefined;
  readonly team?: string | undefined;
  readonly position?: string | undefined;
  readonly country?: string | undefined;
  readonly bio?: string | undefined;
  readonly number?: number | undefined;
  readonly height_m?: number | undefined;
}

/** Longest public text in characters; a longer one stays private rather than being cut. */
const maxText = { team: 64, position: 64, country: 64, bio: 1000 } as const;

/**
 * The public part of a user: the display name and these properties by name. All others, the email address and the
 * stream limit stay private, and so does a property of one of these names whose value is of another kind.
 */
export function toPlayer({ username, name, properties }: PlayerSource): Player {
  const value = (key: string): unknown =>
    Object.hasOwn(properties, key) ? JSON.parse(properties[key] as string) : undefined;
  const text = (key: keyof typeof maxText) => {
    const given = value(key);
    return typeof given === 'string' && given.length <= maxText[key] ? given : undefined;
  };
  const number = (key: string, from: number, to: number) => {
    const given = value(key);
    return typeof given === 'number' && given >= from && given <= to ? given : undefined;
  };
  const shirt = number('number', 0, 999);
  return {
    username,
    name,
    team: text('team'),
    position: text('position'),
    country: text('country'),
    bio: text('bio'),
    number: Number.isInteger(shirt) ? shirt : undefined,
    height_m: number('height_m', 0.3, 3),
  };
}

/** @returns what the list of players says of a user; undefined for those without a team */
export function listedPart(user: PlayerSource): Player | undefined {
  return Object.hasOwn(user.properties, 'team') ? toPlayer(user) : undefined;
}

/** The properties that `toPlayer` reads, for queries that fetch no more than those. */
export const publicProperties = ['team', 'position', 'country', 'bio', 'number', 'height_m'] as const;
