import { hash, timingSafeEqual } from 'node:crypto';

/**
 * Tells whether a given value is the secret, in constant time. Digests are compared, whose length is always the
 * same, so that not even the secret's length can be measured. An empty secret matches nothing.
 */
export function secretMatcher(secret: string): (given: unknown) => boolean {
  const expected = hash('sha256', secret, 'buffer');
  return (given) =>
    secret !== '' && typeof given === 'string' && timingSafeEqual(hash('sha256', given, 'buffer'), expected);
}
